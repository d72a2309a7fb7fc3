// Reads YAML documents from standard input, each ended by a NUL byte, and prints each as one line of JSON.
//
// The parser is the one that kubectl and the API server read manifests with, so that what it returns is what Kubernetes
// would have understood. A document that it rejects becomes {"error": "…"}, and the stream goes on.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"sigs.k8s.io/yaml"
)

// kubectl cuts a file here before it parses anything, and the parser alone would read no further than this.
var separator = []byte("\n---")

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()

	for {
		document, err := in.ReadBytes(0)
		if err == io.EOF && len(document) == 0 {
			return
		}
		if err != nil && err != io.EOF {
			log.Fatal(err)
		}
		out.Write(canonical(bytes.TrimSuffix(document, []byte{0})))
		out.WriteByte('\n')
	}
}

func canonical(document []byte) []byte {
	parsed, err := parse(document)
	if err != nil {
		parsed, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	return parsed
}

// Strict: a key that is there twice is an error, as it is under `kubectl apply --validate=strict`.
func parse(document []byte) ([]byte, error) {
	if bytes.Contains(document, separator) {
		return nil, errors.New("more than one document")
	}
	return yaml.YAMLToJSONStrict(document)
}
