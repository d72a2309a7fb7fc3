// Reads a config the way that Filebeat does, with the library that Filebeat reads it with, and prints it as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/elastic/go-ucfg"
	"github.com/elastic/go-ucfg/yaml"
)

func main() {
	options := []ucfg.Option{ucfg.PathSep("."), ucfg.ResolveEnv, ucfg.VarExp}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	config, err := yaml.NewConfig(text, options...)
	if err != nil {
		fail(err)
	}
	values := map[string]any{}
	if err := config.Unpack(&values, options...); err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(values); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
