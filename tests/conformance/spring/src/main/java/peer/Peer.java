package peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/**
 * Spring Authorization Server on loopback. Its arguments are the port of the server, and a port that
 * registers clients and says which version runs.
 */
@SpringBootApplication
public class Peer implements RegisteredClientRepository {

  private static String issuer;

  private final Map<String, RegisteredClient> clients = new ConcurrentHashMap<>();

  public static void main(String[] arguments) throws IOException {
    issuer = "http://127.0.0.1:" + arguments[0];
    var context =
        SpringApplication.run(
            Peer.class, "--server.address=127.0.0.1", "--server.port=" + arguments[0]);
    Peer peer = context.getBean(Peer.class);
    var address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    HttpServer server = HttpServer.create(address, 0);
    server.createContext("/version", exchange -> answer(exchange, version()));
    server.createContext("/clients", exchange -> peer.register(exchange));
    server.start();
  }

  @Bean
  AuthorizationServerSettings settings() {
    return AuthorizationServerSettings.builder().issuer(issuer).build();
  }

  @Override
  public void save(RegisteredClient client) {
    clients.put(client.getClientId(), client);
  }

  @Override
  public RegisteredClient findById(String id) {
    return clients.values().stream().filter(c -> c.getId().equals(id)).findFirst().orElse(null);
  }

  @Override
  public RegisteredClient findByClientId(String clientId) {
    return clients.get(clientId);
  }

  private static String version() {
    String server = RegisteredClient.class.getPackage().getImplementationVersion();
    return "{\"server\":\"" + server + "\",\"boot\":\"" + SpringBootVersion.getVersion() + "\"}";
  }

  /** The body is lines of name, blank and value. */
  private void register(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> fields = new ConcurrentHashMap<>();
    for (String line : body.split("\n")) {
      String[] words = line.split(" ", 2);
      fields.put(words[0], words[1]);
    }
    ClientSettings.Builder settings = ClientSettings.builder();
    SignatureAlgorithm algorithm = SignatureAlgorithm.from(fields.get("algorithm"));
    if (algorithm != null) {
      settings.tokenEndpointAuthenticationSigningAlgorithm(algorithm);
    }
    if (fields.containsKey("jwk-set-url")) {
      settings.jwkSetUrl(fields.get("jwk-set-url"));
    }
    String grant = fields.get("grant");
    RegisteredClient.Builder client =
        RegisteredClient.withId(UUID.randomUUID().toString())
            .clientId(fields.get("client-id"))
            // No two clients may have the same one.
            .clientSecret(UUID.randomUUID().toString())
            .clientAuthenticationMethod(new ClientAuthenticationMethod(fields.get("method")))
            .authorizationGrantType(new AuthorizationGrantType(grant))
            .scope("read")
            .scope("write")
            .clientSettings(settings.build());
    if (grant.equals("authorization_code")) {
      client.redirectUri("http://127.0.0.1:9/");
    }
    save(client.build());
    answer(exchange, "{}");
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
