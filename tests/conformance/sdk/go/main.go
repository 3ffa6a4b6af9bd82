// Gets a token as a program with one of Google's or Okta's SDKs does. Prints one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"cloud.google.com/go/auth/credentials"
	"github.com/okta/okta-sdk-golang/v6/okta"
	"golang.org/x/oauth2/google"
)

const googleScope = "https://www.googleapis.com/auth/devstorage.read_only"

var sdks = map[string]func(key, client string) (string, error){
	"cloud.google.com/go/auth":           cloudAuth,
	"golang.org/x/oauth2":                oauth2Google,
	"github.com/okta/okta-sdk-golang/v6": oktaSdk,
}

func main() {
	module, keyFile, client := os.Args[1], os.Args[2], os.Args[3]
	found := map[string]string{"version": version(module)}
	key, err := os.ReadFile(keyFile)
	if err == nil {
		var token string
		token, err = sdks[module](string(key), client)
		found["token"] = token
	}
	if err != nil {
		delete(found, "token")
		found["error"] = err.Error()
	}
	line, _ := json.Marshal(found)
	fmt.Println(string(line))
}

func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return ""
}

func serviceAccount(key, client string) []byte {
	text, _ := json.Marshal(map[string]string{
		"type":           "service_account",
		"client_email":   client,
		"private_key":    key,
		"private_key_id": "test-1",
		"token_uri":      "https://oauth2.googleapis.com/token",
	})
	return text
}

func cloudAuth(key, client string) (string, error) {
	found, err := credentials.NewCredentialsFromJSON(
		credentials.ServiceAccount,
		serviceAccount(key, client),
		&credentials.DetectOptions{Scopes: []string{googleScope}},
	)
	if err != nil {
		return "", err
	}
	token, err := found.Token(context.Background())
	if err != nil {
		return "", err
	}
	return token.Value, nil
}

func oauth2Google(key, client string) (string, error) {
	config, err := google.JWTConfigFromJSON(serviceAccount(key, client), googleScope)
	if err != nil {
		return "", err
	}
	token, err := config.TokenSource(context.Background()).Token()
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

// The SDK hands its token to nobody; the API's request has it.
type witness struct{ token string }

func (w *witness) RoundTrip(request *http.Request) (*http.Response, error) {
	if token, is := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); is {
		w.token = token
	}
	return http.DefaultTransport.RoundTrip(request)
}

func oktaSdk(key, client string) (string, error) {
	seen := &witness{}
	config, err := okta.NewConfiguration(
		okta.WithOrgUrl("https://example.okta.com"),
		okta.WithAuthorizationMode("PrivateKey"),
		okta.WithClientId(client),
		okta.WithPrivateKey(key),
		okta.WithPrivateKeyId("test-1"),
		okta.WithScopes([]string{"okta.users.read"}),
		okta.WithHttpClientPtr(&http.Client{Transport: seen}),
	)
	if err != nil {
		return "", err
	}
	_, _, err = okta.NewAPIClient(config).UserAPI.ListUsers(context.Background()).Execute()
	if seen.token != "" {
		return seen.token, nil
	}
	if err == nil {
		err = errors.New("no token and no error")
	}
	return "", err
}
