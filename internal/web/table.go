package web

import (
	"net/http"

	"github.com/fisbridge/fisbridge/internal/web/acts"
	"github.com/fisbridge/fisbridge/internal/web/api"
	"github.com/fisbridge/fisbridge/internal/web/door"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/pages"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// address is an address of the console with what it wants of whoever calls it.
type address struct {
	Method, Pattern string
	Right           signin.Right
	Do              frame.Handler
	// API is answered in JSON, and takes tokens.
	API bool
	// Raw bodies are read by the handler: objects of a script.
	Raw bool
	// Upload takes a form with a file.
	Upload bool
}

// addresses is the whole table: no other address is answered.
func addresses() []address {
	provider := &door.OIDC{}
	list := []address{
		{Method: http.MethodGet, Pattern: "/{$}", Right: signin.Somebody, Do: pages.Companies},
		{Method: http.MethodGet, Pattern: "/signin", Right: signin.Anybody, Do: door.Page},
		{Method: http.MethodGet, Pattern: "/oidc", Right: signin.Anybody, Do: provider.Leave},
		{Method: http.MethodGet, Pattern: "/oidc/back", Right: signin.Anybody, Do: provider.Back},
		{Method: http.MethodPost, Pattern: "/signin", Right: signin.Anybody, Do: door.SignIn},
		{Method: http.MethodPost, Pattern: "/signout", Right: signin.Anybody, Do: door.SignOut},
		{Method: http.MethodGet, Pattern: "/link/{word}", Right: signin.Anybody, Do: door.LinkPage},
		{Method: http.MethodPost, Pattern: "/link/{word}", Right: signin.Anybody, Do: door.Link},
		{Method: http.MethodGet, Pattern: "/me", Right: signin.Somebody, Do: door.Me},
		{Method: http.MethodGet, Pattern: "/help", Right: signin.Somebody, Do: pages.Help},
		{Method: http.MethodPost, Pattern: "/me", Right: signin.Somebody, Do: door.Prefer},
		{Method: http.MethodPost, Pattern: "/me/password", Right: signin.Somebody, Do: door.ChangePassword},
		{Method: http.MethodPost, Pattern: "/me/passkeys/begin", Right: signin.Somebody, Do: door.BeginAdd, Raw: true},
		{Method: http.MethodPost, Pattern: "/me/passkeys/add", Right: signin.Somebody, Do: door.AddKey, Raw: true},
		{Method: http.MethodPost, Pattern: "/me/passkeys/end", Right: signin.Somebody, Do: door.EndKey},
		{Method: http.MethodPost, Pattern: "/signin/passkey/begin", Right: signin.Anybody, Do: door.BeginUse, Raw: true},
		{Method: http.MethodPost, Pattern: "/signin/passkey", Right: signin.Anybody, Do: door.UseKey, Raw: true},
		{Method: http.MethodPost, Pattern: "/me/sessions", Right: signin.Somebody, Do: door.EndMine},
	}
	list = append(list, looking()...)
	list = append(list, doing()...)
	for _, a := range api.Addresses() {
		list = append(list, address{Method: a.Method, Pattern: a.Pattern, Right: a.Right, Do: a.Do, API: true, Upload: a.Upload})
	}
	return list
}

// looking are the pages of a company.
func looking() (out []address) {
	get := func(pattern string, right signin.Right, do frame.Handler) {
		out = append(out, address{Method: http.MethodGet, Pattern: "/c/{company}" + pattern, Right: right, Do: do})
	}
	get("/{$}", signin.Look, pages.Today)
	get("/todo", signin.Look, pages.ToDo)
	get("/held/{cause}", signin.Look, pages.Held)
	get("/alarms/{alarm}", signin.Look, pages.Alarm)
	get("/documents", signin.Look, pages.Documents)
	get("/documents.csv", signin.Look, pages.DocumentsCSV)
	get("/documents.xlsx", signin.Look, pages.DocumentsWorkbook)
	get("/documents/{doc}", signin.Look, pages.Document)
	get("/documents/{doc}/payload", signin.SeePersons, pages.Payload)
	get("/files", signin.Look, pages.Files)
	get("/files/{route}/{number}", signin.Look, pages.File)
	get("/files/{route}/{number}/bytes", signin.SeePersons, pages.FileBytes)
	get("/files/{route}/{number}/lines/{line}", signin.SeePersons, pages.Line)
	get("/results", signin.Look, pages.Results)
	get("/results/{result}", signin.Look, pages.Result)
	get("/results/{result}/bytes", signin.SeePersons, pages.ResultBytes)
	get("/payments", signin.Look, pages.Payments)
	get("/mappings", signin.Look, pages.Mappings)
	get("/mappings/{route}", signin.Look, pages.Mapping)
	get("/mappings/{route}/versions/{hash}/workbook", signin.TakeMapping, pages.VersionWorkbook)
	get("/mappings/{route}/changes/{change}", signin.Look, pages.Change)
	get("/mappings/{route}/changes/{change}/workbook", signin.TakeMapping, pages.ChangeWorkbook)
	get("/mappings/{route}/changes/{change}/notes", signin.TakeMapping, pages.ChangeNotes)
	get("/mappings/{route}/changes/{change}/kinds/{kind}", signin.SeePersons, pages.ChangeKind)
	get("/mappings/{route}/changes/{change}/documents/{doc}", signin.SeePersons, pages.ChangeDocument)
	get("/nights", signin.Look, pages.Nights)
	get("/runs/{run}", signin.Look, pages.Run)
	get("/runs/{run}/events", signin.Look, pages.Events())
	get("/evidence", signin.Look, pages.Evidence)
	get("/evidence/packs/new", signin.Pack, pages.NewPack)
	get("/evidence/signins", signin.ReadPeople, pages.SignIns)
	get("/settings", signin.Look, pages.Settings())
	get("/settings/configuration", signin.Look, pages.Configuration)
	get("/settings/help", signin.Look, pages.Help)
	get("/settings/people", signin.ReadPeople, door.People)
	return out
}

// doing are the acts: a page by GET, and the act by POST at the same address.
func doing() (out []address) {
	add := func(pattern string, right signin.Right, list []acts.Act) {
		for _, a := range list {
			p := "/c/{company}" + pattern + "/" + a.Name
			out = append(out, address{Method: http.MethodGet, Pattern: p, Right: right, Do: a.Page}, address{Method: http.MethodPost, Pattern: p, Right: right, Do: a.Post, Upload: a.Takes("file")})
		}
	}
	add("/mappings/{route}", signin.ProposeMapping, acts.Proposals())
	add("/mappings/{route}", signin.Route, acts.Routes())
	add("/mappings/{route}/changes/{change}", signin.ProposeMapping, acts.Changes())
	add("/mappings/{route}/versions/{hash}", signin.ProposeMapping, acts.Reverts())
	add("/mappings/{route}/changes/{change}", signin.ApproveMapping, acts.Decisions())
	add("/documents/{doc}", signin.Settle, acts.Documents())
	add("/held/{cause}", signin.Settle, acts.Groups())
	add("/documents/{doc}", signin.Settle, acts.DocumentRows())
	add("/held/{cause}", signin.Settle, acts.GroupRows())
	add("/files/{route}/{number}", signin.Settle, acts.Files())
	add("/files/{route}/{number}", signin.SettleFiles, acts.Doubts())
	add("/results/{result}", signin.SettleFiles, acts.Results())
	add("/results/{result}/lines/{line}", signin.Settle, acts.Payments())
	add("/alarms/{alarm}", signin.SettleFiles, acts.Alarms())
	for _, a := range acts.Runs() {
		p := "/c/{company}/runs/" + map[string]string{"run": "new", "stop": "stop"}[a.Name]
		out = append(out, address{Method: http.MethodGet, Pattern: p, Right: signin.Run, Do: a.Page}, address{Method: http.MethodPost, Pattern: p, Right: signin.Run, Do: a.Post})
	}
	out = append(out,
		address{Method: http.MethodPost, Pattern: "/c/{company}/check", Right: signin.Run, Do: acts.Check},
		address{Method: http.MethodPost, Pattern: "/c/{company}/evidence/verify", Right: signin.Look, Do: acts.Verify},
		address{Method: http.MethodPost, Pattern: "/c/{company}/evidence/packs/new", Right: signin.Pack, Do: pages.MakePack},
		address{Method: http.MethodPost, Pattern: "/c/{company}/evidence/packs/{pack}", Right: signin.Pack, Do: pages.TakePack},
		address{Method: http.MethodPost, Pattern: "/c/{company}/settings/people", Right: signin.ManagePeople, Do: door.Invite},
		address{Method: http.MethodPost, Pattern: "/c/{company}/settings/people/{person}", Right: signin.ManagePeople, Do: door.Change},
	)
	return out
}
