package tryout

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/template"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// demoConfig is the configuration of the demo's working folder. Everything it names lies in that folder or on this
// machine.
const demoConfig = `# Made by fisbridge demo or sim: three routes against simulators on this machine.
concur:
  base_url: {{.FIS}}
  company_uuid: {{.Login.CompanyUUID}}
  client_id: {{.Login.ClientID}}
  client_secret: file:secrets/client_secret
  system_id: FISBRIDGE-DEMO
  acknowledge_batch: 25
  wait_after_timeout: 1s
  max_wait: 1s
journal:
  path: journal/fisbridge.db
targets:
  erp:
    kind: sftp
    host: {{.Host}}
    port: {{.Port}}
    user: {{.User}}
    password: file:secrets/sftp_password
    host_keys: ["{{.Key}}"]
    path: /
routes:
{{- range .Routes}}
  - name: {{.Name}}
    doc_types: [{{.Types}}]
{{- if .Marks}}
    payments: true
{{- end}}
    mapping: mappings/{{.Mapping}}
    drop: { target: erp, folder: {{.Name}}/in }
    returns: { folder: {{.Name}}/out, settle: 0s, min_age: 0s }
{{- end}}
{{- if .Receipts}}
receipts: { routes: [{{.Receipts}}], folder: {{.Receipts}}/receipts }
{{- end}}
{{- if .Events}}
events: { listen: "{{.Events}}", sender_header: X-Client-Subject, gather: 200ms }
{{- end}}
logging:
  file: logs/fisbridge.log
`

// receiptsOf is the route whose receipts are fetched: the one of expense reports; none where there is no such route.
func receiptsOf(routes []demoRoute) string {
	for _, r := range routes {
		if slices.Contains(r.types, fis.Expense) {
			return r.name
		}
	}
	return ""
}

// demoFolder writes the working folder of the demo.
func demoFolder(folder string, w *world, routes []demoRoute) error {
	type routeText struct {
		Name, Types, Mapping string
		Marks                bool
	}
	var list []routeText
	for _, r := range routes {
		name, text, err := workshop.Ready(r.template)
		if err != nil {
			return err
		}
		if err := workshop.WriteNew(filepath.Join(folder, "mappings", name), text); err != nil {
			return err
		}
		types := ""
		for i, t := range r.types {
			if i > 0 {
				types += ", "
			}
			types += string(t)
		}
		list = append(list, routeText{r.name, types, name, r.marks})
	}
	var out bytes.Buffer
	err := template.Must(template.New("demo").Parse(demoConfig)).Execute(&out, map[string]any{
		"FIS": w.http.URL, "Login": simfis.DefaultConfig(), "Host": w.sftp.Host(), "Port": w.sftp.Port(), "User": demoUser, "Key": w.sftp.Fingerprints()[0], "Routes": list, "Receipts": receiptsOf(routes), "Events": w.doorAddress(),
	})
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	for _, sub := range []string{"journal", "secrets", "logs"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
			return err
		}
	}
	for name, text := range map[string]string{config.FileName: out.String(), "secrets/client_secret": simfis.DefaultConfig().ClientSecret + "\n",
		"secrets/sftp_password": demoPassword + "\n", "secrets/request_token": simfis.DefaultConfig().RequestToken + "\n"} {
		if err := workshop.WriteNew(filepath.Join(folder, filepath.FromSlash(name)), []byte(text)); err != nil {
			return err
		}
	}
	return nil
}
