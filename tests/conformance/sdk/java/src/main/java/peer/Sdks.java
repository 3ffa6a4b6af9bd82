package peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.okta.commons.http.config.Proxy;
import com.okta.sdk.client.AuthorizationMode;
import com.okta.sdk.client.Clients;
import com.okta.sdk.impl.oauth2.OAuth2ClientCredentials;
import com.okta.sdk.resource.client.ApiClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** Gets a token as a program with one of Google's or Okta's SDKs does. Prints one line of JSON. */
public final class Sdks {
  private static final String GOOGLE = "com.google.auth:google-auth-library-oauth2-http";
  private static final String OKTA = "com.okta.sdk:okta-sdk-api";

  public static void main(String[] arguments) throws Exception {
    String artifact = arguments[0];
    String client = arguments[2];
    Map<String, String> found = new LinkedHashMap<>();
    found.put("version", version(artifact));
    try {
      String key = Files.readString(Path.of(arguments[1]));
      found.put("token", artifact.equals(GOOGLE) ? google(key, client) : okta(key, client));
    } catch (Exception error) {
      found.put("error", error.getClass().getSimpleName() + ": " + error.getMessage());
    }
    System.out.println(new ObjectMapper().writeValueAsString(found));
    System.exit(0);
  }

  /** As the library's own archive says it. */
  private static String version(String artifact) throws Exception {
    Properties properties = new Properties();
    String path = "/META-INF/maven/" + artifact.replace(':', '/') + "/pom.properties";
    try (var stream = Sdks.class.getResourceAsStream(path)) {
      properties.load(stream);
    }
    return properties.getProperty("version");
  }

  private static String google(String key, String client) throws Exception {
    return ServiceAccountCredentials.newBuilder()
        .setClientEmail(client)
        .setPrivateKeyString(key)
        .setPrivateKeyId("test-1")
        .setScopes(List.of("https://www.googleapis.com/auth/devstorage.read_only"))
        .build()
        .refreshAccessToken()
        .getTokenValue();
  }

  /** This SDK reads neither HTTPS_PROXY nor https.proxyHost, and has its own setting for a proxy. */
  private static String okta(String key, String client) {
    URI proxy = URI.create(System.getenv("HTTPS_PROXY"));
    ApiClient okta =
        Clients.builder()
            .setOrgUrl("https://example.okta.com")
            .setAuthorizationMode(AuthorizationMode.PRIVATE_KEY)
            .setClientId(client)
            .setKid("test-1")
            .setScopes(Set.of("okta.users.read"))
            .setPrivateKey(key)
            .setProxy(new Proxy(proxy.getHost(), proxy.getPort()))
            .build();
    var credentials = (OAuth2ClientCredentials) okta.getAuthentication("oauth2");
    return credentials.getCredentials().getAccessToken();
  }
}
