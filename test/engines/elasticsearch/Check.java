import java.nio.file.Path;
import java.util.Map;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.node.InternalSettingsPreparer;

/** Reads elasticsearch.yml in a folder as the server does, and says of each setting whether it knows and takes it. */
class Check {
  public static void main(String[] folder) {
    Map<String, String> home = Map.of("path.home", "/tmp");
    Settings settings =
        InternalSettingsPreparer.prepareEnvironment(Settings.EMPTY, home, Path.of(folder[0]), () -> "")
            .settings();
    ClusterSettings known = new ClusterSettings(settings, ClusterSettings.BUILT_IN_CLUSTER_SETTINGS);
    for (String key : settings.keySet()) {
      try {
        known.validate(settings.filter(key::equals), false);
        System.out.println("accepted " + key + " = " + settings.get(key));
      } catch (RuntimeException error) {
        System.out.println("refused " + key + ": " + error.getMessage());
      }
    }
  }
}
