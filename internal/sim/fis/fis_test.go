package fis

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// caller speaks with a simulated service as any program would.
type caller struct {
	*testing.T
	fis   *Service
	base  string
	token string
}

func newCaller(t *testing.T, cfg Config) *caller {
	t.Helper()
	c := &caller{T: t, fis: New(cfg)}
	s, err := Listen("127.0.0.1:0", c.fis)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c.base = s.URL
	return c
}

func (c *caller) do(method, path, contentType, body string) (int, string) {
	c.Helper()
	req, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(text)
}

func (c *caller) form(values url.Values) (int, map[string]any) {
	c.Helper()
	kept := c.token
	c.token = ""
	status, text := c.do("POST", "/oauth2/v0/token", "application/x-www-form-urlencoded", values.Encode())
	c.token = kept
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		c.Fatalf("%s: %v", text, err)
	}
	return status, m
}

func credentials(more ...string) url.Values {
	d := DefaultConfig()
	v := url.Values{"client_id": {d.ClientID}, "client_secret": {d.ClientSecret}}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func (c *caller) login() map[string]any {
	c.Helper()
	d := DefaultConfig()
	status, got := c.form(credentials("grant_type", "password", "username", d.CompanyUUID, "password", d.RequestToken,
		"credtype", "authtoken"))
	if status != 200 {
		c.Fatalf("login: %d %v", status, got)
	}
	c.token = got["access_token"].(string)
	return got
}

type listAnswer struct {
	Content []struct {
		ID, DocType, DocStatus, CompanyUUID string
		Document                            map[string]any
	}
	Page  struct{ Size, TotalElements, TotalPages, Number int }
	Links []struct{ Rel, Href string }
}

func (c *caller) list(query string) (list listAnswer) {
	c.Helper()
	status, text := c.do("GET", transactions("expense")+query, "", "")
	if err := json.Unmarshal([]byte(text), &list); err != nil || status != 200 {
		c.Fatal(status, text, err)
	}
	return list
}

func (c *caller) items(path, body string) []map[string]any {
	c.Helper()
	status, text := c.do("POST", transactions("expense")+path, "application/json", body)
	if status != 200 {
		c.Fatalf("%s: %d %s", path, status, text)
	}
	var list []map[string]any
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		c.Fatal(err)
	}
	return list
}

func transactions(t string) string {
	return "/financialintegration/fi/v4/companies/transactiontypes/" + t + "/transactions"
}

func (c *caller) add(ids ...string) {
	c.Helper()
	for _, id := range ids {
		if _, err := c.fis.Add(fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte(`{"report":{"reportId":"R-` + id + `"}}`)}); err != nil {
			c.Fatal(err)
		}
	}
}

const (
	posting = `{"docId":"%s","overallPostingStatusCode":"success","postingDocs":[{"companyId":"0100","documentNumber":"0123456","fiscalYear":"2018","paymentRelevantLineItems":[],"postingDate":"2018-03-02"}],"systemMessages":[]}`
	paying  = `{"docId":"%s","processingStatusCode":"%s","clearingDetails":[{"clearingDate":"%s","clearingAmount":220.00,"clearingCurrency":"USD",` +
		`"receiver":{"receiverId":"22344","receiverName":"Charles","receiverType":"EMPLOYEE"},` +
		`"clearingReference":{"companyCode":"US01","financialDocumentId":"667799","fiscalYear":"2019","paymentRef":"%s","paymentMethod":"E"}}]}`
	goodDate = "2019-02-06T12:00:00.270Z"
)

// The token calls and the list, answered as the reference says.
func TestTokensAndList(t *testing.T) {
	c := newCaller(t, Config{})
	c.add("d1", "d2", "d3")
	first := c.login()
	for _, field := range []string{"expires_in", "scope", "token_type", "access_token", "refresh_token",
		"geolocation"} {
		if first[field] == nil {
			t.Errorf("the token answer has no %s", field)
		}
	}
	status, again := c.form(credentials("grant_type", "refresh_token", "refresh_token", first["refresh_token"].(string),
		"scope", "FISVC"))
	if status != 200 || again["refresh_token"] == first["refresh_token"] ||
		again["access_token"] == first["access_token"] {
		t.Fatalf("refresh: %d %v", status, again)
	}
	c.token = again["access_token"].(string)
	list := c.list("?page=0&limit=2")
	if len(list.Content) != 2 || list.Content[0].ID != "d1" || list.Content[0].DocStatus != "READY" ||
		list.Page.TotalElements != 3 || list.Page.TotalPages != 2 || len(list.Links) != 4 {
		t.Errorf("%+v", list)
	}
}

// The six requests of the vendor's public collection in the form in which it sends them, answered as the reference
// says: the list without any parameter, one report whatever its state, the acknowledgement, both confirmations with two
// postings and two messages, and the payment, which has a comment in its body and two digits of milliseconds.
func TestSixRequests(t *testing.T) {
	c := newCaller(t, Config{})
	c.add("d1", "d2", "d3")
	c.login()
	if list := c.list(""); len(list.Content) != 3 || list.Content[0].ID != "d1" {
		t.Errorf("%+v", list)
	}
	got := c.items("/acknowledgements", "{\r\n  \"systemId\" : \"Other\",\r\n  \"ids\": [ \"d1\" ]\r\n}\r\n")
	want := []map[string]any{{"code": 0.0, "docId": "d1", "systemId": "Other", "acknowledgeResult": "SUCCESS",
		"errorMessage": ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if one := c.list("?docId=R-d1&ignoreDocumentStatus=yes"); len(one.Content) != 1 || one.Content[0].ID != "d1" ||
		one.Content[0].DocStatus != "ACKNOWLEDGED" {
		t.Errorf("%+v", one)
	}
	got = c.items("/acknowledgements", `{"ids":["d2","nope"]}`)
	want = []map[string]any{
		{"code": 0.0, "docId": "d2", "systemId": "", "acknowledgeResult": "SUCCESS", "errorMessage": ""},
		{"code": 104.0, "docId": "nope", "systemId": "", "acknowledgeResult": "FAILURE",
			"errorMessage": "This document does not exist."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	const (
		two      = `{"companyId":"0100","documentNumber":"77","fiscalYear":"2026","paymentRelevantLineItems":[],"postingDate":"2026-05-27"},{"companyId":"0200","documentNumber":"78","fiscalYear":"2026","paymentRelevantLineItems":[],"postingDate":"2026-05-27"}`
		messages = `{"concurTransactionLineItemId":"","messageId":"M1","messageLanguage":"EN","messageLongText":"","messageShortText":"not posted"},{"concurTransactionLineItemId":"","messageId":"M2","messageLanguage":"EN","messageLongText":"","messageShortText":"the cost centre is closed"}`
	)
	success := `{"systemId":"Other","postingConfirmations":[{"docId":"d1","overallPostingStatusCode":"success","postingDocs":[` + two + `],"systemMessages":[ ]}]}`
	failure := `{"systemId":"","postingConfirmations":[{"docId":"d2","overallPostingStatusCode":"error","postingDocs":[],"systemMessages":[` + messages + `]}]}`
	for _, body := range []string{success, failure} {
		if got := c.items("/postingconfirmations", body); got[0]["postingConfirmationResult"] != "SUCCESS" ||
			got[0]["code"] != 0.0 || got[0]["detailMessage"] != "" {
			t.Errorf("%v", got)
		}
	}
	pay := func(id, ref, date string) string {
		return `{"_comment_1": "what this is", "systemId":"Other","processingConfirmation":[` + fmt.Sprintf(paying, id, "CP", date, ref) + `]}`
	}
	if got := c.items("/paymentconfirmations",
		pay("d1", "US01/1", "2022-05-27T12:00:00.27Z")); got[0]["paymentConfirmationResult"] != "SUCCESS" ||
		got[0]["paymentRef"] != "US01/1" {
		t.Errorf("%v", got)
	}
	if got := c.items("/paymentconfirmations",
		strings.Replace(pay("d2", "US01/2", goodDate), "Other", "",
			1)); got[0]["paymentConfirmationResult"] != "NOT_POSTING_CONFIRMED" {
		t.Errorf("%v", got)
	}
	// Both comments, and the date that shows wrong in Concur, are noted; nothing is refused.
	noted := c.fis.Refusals()
	for _, r := range noted {
		if !r.Odd {
			t.Errorf("refused: %+v", r)
		}
	}
	if len(noted) != 3 {
		t.Errorf("%+v", noted)
	}
	for id, status := range map[string]fis.Status{"d1": fis.StatusPostedSuccess, "d2": fis.StatusPostedFailure,
		"d3": fis.StatusReady} {
		if d, _ := c.fis.Document(id); d.Status != status || d.Paid != (id == "d1") {
			t.Errorf("%s: %+v", id, d)
		}
	}
}

// Every repeat, and every wrong order, gets the code of the reference.
func TestServiceCodes(t *testing.T) {
	c := newCaller(t, Config{})
	c.login()
	c.add("a", "b", "gone")
	if err := c.fis.Recall("gone"); err != nil {
		t.Fatal(err)
	}
	post := func(path, body, result string) (codes []any) {
		for _, item := range c.items(path, body) {
			codes = append(codes, item["code"], item[result])
		}
		return codes
	}
	ack := func(ids string) []any {
		return post("/acknowledgements", `{"ids":[`+ids+`],"systemId":"s1"}`, "acknowledgeResult")
	}
	confirm := func(system, id string) []any {
		return post("/postingconfirmations", `{"systemId":"`+system+`","postingConfirmations":[`+fmt.Sprintf(posting, id)+`]}`, "postingConfirmationResult")
	}
	pay := func(id, status, ref string) []any {
		body := strings.Replace(fmt.Sprintf(paying, id, status, goodDate, ref), `"clearingDetails"`, `"additionalMessage":"m","clearingDetails"`, 1)
		return post("/paymentconfirmations", `{"systemId":"s1","processingConfirmation":[`+body+`]}`, "paymentConfirmationResult")
	}
	for i, step := range []struct{ got, want []any }{
		{ack(`"a","gone","nope"`), []any{0.0, "SUCCESS", 102.0, "FAILURE", 104.0, "FAILURE"}},
		{ack(`"a"`), []any{101.0, "FAILURE"}},
		{confirm("s1", "b"), []any{111.0, "NOT_YET_ACKNOWLEDGED"}},
		{confirm("s2", "a"), []any{99.0, "FAILURE"}},
		{confirm("s1", "gone"), []any{112.0, "WAS_RECALLED"}},
		{confirm("s1", "nope"), []any{116.0, "DOCUMENT_NOT_FOUND"}},
		{pay("a", "CP", "r0"), []any{211.0, "NOT_POSTING_CONFIRMED"}},
		{confirm("s1", "a"), []any{0.0, "SUCCESS"}},
		{confirm("s1", "a"), []any{113.0, "FAILURE"}},
		{pay("a", "PP", "r1"), []any{0.0, "SUCCESS"}},
		{pay("a", "PP", "r1"), []any{298.0, "NOOP"}},
		{pay("a", "CP", "r2"), []any{0.0, "SUCCESS"}},
		{pay("a", "CP", "r3"), []any{213.0, "FAILURE"}},
		{pay("a", "RE", "r4"), []any{0.0, "SUCCESS"}},
		{pay("a", "CP", "r5"), []any{0.0, "SUCCESS"}},
		{pay("nope", "CP", "r6"), []any{116.0, "DOCUMENT_NOT_FOUND"}},
	} {
		if diff := cmp.Diff(step.want, step.got); diff != "" {
			t.Errorf("step %d: %s", i, diff)
		}
	}
	if _, text := c.do("POST", transactions("invoice")+"/acknowledgements", "application/json", `{"ids":["b"]}`); !strings.Contains(text, "105") {
		t.Error(text)
	}
	if d, _ := c.fis.Document("a"); len(d.Payments) != 4 {
		t.Errorf("%d payments took effect", len(d.Payments))
	}
	effects := 0
	for _, call := range c.fis.Record() {
		for _, item := range call.Items {
			if item.Effect {
				effects++
			}
		}
	}
	if effects != 6 {
		t.Errorf("%d effects in the record: acknowledged once, confirmed once, paid four times", effects)
	}
}

// What the reference does not allow is refused with a reason, and changes nothing.
func TestRefused(t *testing.T) {
	c := newCaller(t, Config{})
	c.login()
	c.add("d1")
	expense := transactions("expense")
	pay := func(body string) string { return `{"systemId":"","processingConfirmation":[` + body + `]}` }
	confirm := func(body string) string { return `{"systemId":"","postingConfirmations":[` + body + `]}` }
	good := fmt.Sprintf(paying, "d1", "CP", goodDate, "r")
	for name, r := range map[string]struct{ method, path, contentType, body string }{
		"unknown field":   {"POST", expense + "/acknowledgements", "application/json", `{"ids":["d1"],"id":1}`},
		"capital letters": {"POST", expense + "/acknowledgements", "application/json", `{"IDs":["d1"]}`},
		"no such day": {"POST", expense + "/paymentconfirmations", "application/json",
			pay(strings.Replace(good, goodDate, "20190231", 1))},
		"empty":                 {"POST", expense + "/acknowledgements", "application/json", ""},
		"no ids":                {"POST", expense + "/acknowledgements", "application/json", `{"ids":[]}`},
		"same id":               {"POST", expense + "/acknowledgements", "application/json", `{"ids":["d1","d1"]}`},
		"long system id":        {"POST", expense + "/acknowledgements", "application/json", `{"ids":["d1"],"systemId":"` + strings.Repeat("s", 51) + `"}`},
		"form":                  {"POST", expense + "/acknowledgements", "application/x-www-form-urlencoded", `{"ids":["d1"]}`},
		"method":                {"PUT", expense + "/acknowledgements", "application/json", `{"ids":["d1"]}`},
		"query":                 {"POST", expense + "/acknowledgements?x=1", "application/json", `{"ids":["d1"]}`},
		"type":                  {"GET", transactions("expenses"), "", ""},
		"query name":            {"GET", expense + "?size=1", "", ""},
		"page":                  {"GET", expense + "?page=-1", "", ""},
		"limit":                 {"GET", expense + "?limit=x", "", ""},
		"ignore":                {"GET", expense + "?ignoreDocumentStatus=true", "", ""},
		"no system id":          {"POST", expense + "/postingconfirmations", "application/json", `{"postingConfirmations":[` + fmt.Sprintf(posting, "d1") + `]}`},
		"success without docs":  {"POST", expense + "/postingconfirmations", "application/json", confirm(`{"docId":"d1","overallPostingStatusCode":"success","postingDocs":[],"systemMessages":[]}`)},
		"error without message": {"POST", expense + "/postingconfirmations", "application/json", confirm(`{"docId":"d1","overallPostingStatusCode":"error","postingDocs":[],"systemMessages":[]}`)},
		"status": {"POST", expense + "/postingconfirmations", "application/json",
			confirm(strings.Replace(fmt.Sprintf(posting, "d1"), "success", "Success", 1))},
		"posting date": {"POST", expense + "/postingconfirmations", "application/json",
			confirm(strings.Replace(fmt.Sprintf(posting, "d1"), "2018-03-02", "02.03.2018", 1))},
		"empty posting date": {"POST", expense + "/postingconfirmations", "application/json",
			confirm(strings.Replace(fmt.Sprintf(posting, "d1"), "2018-03-02", "", 1))},
		"empty year": {"POST", expense + "/postingconfirmations", "application/json",
			confirm(strings.Replace(fmt.Sprintf(posting, "d1"), `"2018"`, `""`, 1))},
		"empty year of a payment": {"POST", expense + "/paymentconfirmations", "application/json", pay(strings.Replace(good, `"2019"`, `""`, 1))},
		"long number": {"POST", expense + "/postingconfirmations", "application/json",
			confirm(strings.Replace(fmt.Sprintf(posting, "d1"), "0123456", strings.Repeat("9", 81), 1))},
		"clearing date": {"POST", expense + "/paymentconfirmations", "application/json",
			pay(strings.Replace(good, goodDate, "2019-02-06", 1))},
		"amount as text": {"POST", expense + "/paymentconfirmations", "application/json", pay(strings.Replace(good, "220.00", `"220.00"`, 1))},
		"exponent": {"POST", expense + "/paymentconfirmations", "application/json",
			pay(strings.Replace(good, "220.00", "2.2e2", 1))},
		"no reference": {"POST", expense + "/paymentconfirmations", "application/json", pay(strings.Replace(good, `"r"`, `""`, 1))},
		"reversal": {"POST", expense + "/paymentconfirmations", "application/json",
			pay(strings.Replace(good, "CP", "RE", 1))},
		"invoice payment": {"POST", transactions("invoice") + "/paymentconfirmations", "application/json",
			pay(good)},
		"not json": {"POST", expense + "/paymentconfirmations", "application/json", `{`},
	} {
		before := len(c.fis.Refusals())
		status, text := c.do(r.method, r.path, r.contentType, r.body)
		if status != 400 || len(c.fis.Refusals()) == before {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if d, _ := c.fis.Document("d1"); d.Status != fis.StatusReady {
		t.Errorf("a refused call made it %s", d.Status)
	}
}

// A call that there is not is refused and shown like one that is wrong, and whoever watches is told of each call as it
// comes.
func TestUnknownCallsAreShown(t *testing.T) {
	var told []string
	c := newCaller(t, Config{Told: func(c Call) {
		told = append(told, fmt.Sprint(c.Call, " ", c.Status, " ", strings.Join(c.Refused, "; ")))
	}})
	c.login()
	status, text := c.do("POST", transactions("expense")+"/acknowledgement", "application/json", `{"ids":["d1"]}`)
	if status != 404 || !strings.Contains(text, "there is no POST") || !json.Valid([]byte(text)) {
		t.Errorf("%d %s", status, text)
	}
	if r := c.fis.Refusals(); len(r) != 1 || !strings.Contains(r[0].Reason, "/acknowledgement") {
		t.Errorf("%+v", r)
	}
	c.do("POST", transactions("expense")+"/acknowledgements", "application/json", `{"ids":[]}`)
	want := []string{"token 200 ", "unknown 404 there is no POST " + transactions("expense") + "/acknowledgement",
		"acknowledge 400 ids is empty"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestParseFISBehaviour(t *testing.T) {
	got, err := ParseBehaviour("frozen,form=text,maxLimit=10,geolocation=http://127.0.0.1:1/x")
	if diff := cmp.Diff(Behaviour{Frozen: true, Form: "text", MaxLimit: 10, Geolocation: "http://127.0.0.1:1/x"},
		got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, bad := range []string{"", "frozn", "frozen=1", "maxLimit=many"} {
		if _, err := ParseBehaviour(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestTokensAreRefused(t *testing.T) {
	c := newCaller(t, Config{})
	refresh := c.login()["refresh_token"].(string)
	d := DefaultConfig()
	password := []string{"grant_type", "password", "username", d.CompanyUUID, "password", d.RequestToken, "credtype",
		"authtoken"}
	for name, r := range map[string]struct {
		form url.Values
		code float64
	}{
		"client":        {credentials(append(password, "client_id", "x")...), 61},
		"secret":        {credentials(append(password, "client_secret", "x")...), 64},
		"request token": {credentials(append(password, "password", "x")...), 5},
		"credtype":      {credentials(append(password, "credtype", "password")...), 120},
		"scope":         {credentials(append(password, "scope", "ALL")...), 54},
		"no refresh":    {credentials("grant_type", "refresh_token"), 106},
		"bad refresh":   {credentials("grant_type", "refresh_token", "refresh_token", "x"), 108},
	} {
		if status, got := c.form(r.form); status != 400 || got["code"] != r.code {
			t.Errorf("%s: %d %v", name, status, got)
		}
	}
	c.fis.ExpireRefresh()
	if status, _ := c.form(credentials("grant_type", "refresh_token", "refresh_token", refresh)); status != 400 {
		t.Error("an expired refresh token was taken")
	}
	c.fis.ExpireAccess()
	if status, _ := c.do("GET", transactions("expense"), "", ""); status != 401 {
		t.Errorf("status %d with an expired access token", status)
	}
}

// The shape of a token request: Basic and doubled fields are refused, unknown fields are ignored and noted.
func TestTokenForm(t *testing.T) {
	c := newCaller(t, Config{})
	d := DefaultConfig()
	form := credentials("grant_type", "password", "username", d.CompanyUUID, "password", d.RequestToken, "credtype",
		"authtoken")
	post := func(contentType, auth, body string) int {
		req, err := http.NewRequest("POST", c.base+"/oauth2/v0/token", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		if auth != "" {
			req.Header.Set("Authorization", auth)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	const urlencoded = "application/x-www-form-urlencoded"
	for _, r := range []struct {
		contentType, auth, body string
		status, refusals, odd   int
	}{
		{urlencoded, "", form.Encode(), 200, 0, 0},
		{urlencoded, "Basic eDp5", form.Encode(), 400, 1, 0},
		{urlencoded, "", form.Encode() + "&client_id=x", 400, 1, 0},
		{"application/json", "", "{}", 400, 1, 0},
		{urlencoded, "Bearer x", form.Encode() + "&more=1", 200, 0, 2},
	} {
		before := len(c.fis.Refusals())
		if got := post(r.contentType, r.auth, r.body); got != r.status {
			t.Errorf("%+v: %d", r, got)
		}
		refusals, odd := 0, 0
		for _, f := range c.fis.Refusals()[before:] {
			if f.Odd {
				odd++
			} else {
				refusals++
			}
		}
		if refusals != r.refusals || odd != r.odd {
			t.Errorf("%+v: %d refusals, %d odd", r, refusals, odd)
		}
	}
}

// A refresh token rotates: the one before is good until the new one is used; with SingleUse, only once.
func TestRotation(t *testing.T) {
	for _, single := range []bool{false, true} {
		c := newCaller(t, Config{})
		c.fis.SetBehaviour(Behaviour{SingleUse: single})
		use := func(token string) (bool, string) {
			status, got := c.form(credentials("grant_type", "refresh_token", "refresh_token", token))
			next, _ := got["refresh_token"].(string)
			return status == 200, next
		}
		zero := c.login()["refresh_token"].(string)
		_, lost := use(zero)
		again, one := use(zero)
		if again == single {
			t.Fatalf("single %v: used again: %v", single, again)
		}
		if single {
			one = lost
		} else if ok, _ := use(lost); ok {
			t.Error("a token whose parent was used again still works")
		}
		ok, two := use(one)
		if old, _ := use(zero); !ok || two == "" || old {
			t.Errorf("single %v: new one works %v, old one after that %v", single, ok, old)
		}
	}
}

func TestFaultsRepeatWithTheirSeed(t *testing.T) {
	run := func(seed uint64) string {
		f := New(Config{})
		if err := f.SetFaults(seed, Fault{Kind: FaultStatus, Rate: 0.5}); err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for range 64 {
			w := httptest.NewRecorder()
			f.ServeHTTP(w, httptest.NewRequest("GET", transactions("expense"), nil))
			fmt.Fprint(&out, w.Code, " ")
		}
		return out.String()
	}
	first, again := run(1), run(1)
	if first != again || first == run(2) || !strings.Contains(run(1), "500") || !strings.Contains(run(1), "401") {
		t.Errorf("seed 1: %s", run(1))
	}
}

func TestParseFISFault(t *testing.T) {
	got, err := ParseFault("status,call=posting,rate=0.25,times=3,skip=2,status=503,retry-after=7,delay=2s,doc=d1,code=198")
	want := Fault{Kind: FaultStatus, Call: "posting", Rate: 0.25, Times: 3, Skip: 2, Status: 503, RetryAfter: 7,
		Delay: 2 * time.Second, DocID: "d1", Code: 198}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, bad := range []string{"", "nonsense", "lost,call=x", "lost,rate=2", "lost,times=x", "lost,colour=red",
		"status,status=200"} {
		if _, err := ParseFault(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// Everything can be steered over HTTP, from this machine only.
func TestAdmin(t *testing.T) {
	c := newCaller(t, Config{})
	c.login()
	ask := func(method, path, body string, want int) string {
		t.Helper()
		status, text := c.do(method, path, "application/json", body)
		if status != want {
			t.Errorf("%s %s: %d %s", method, path, status, text)
		}
		return text
	}
	ask("POST", "/sim/documents", `{"content":[{"id":"d1","docType":"expense","document":{"report":{"reportId":"R1"}}}]}`, 200)
	ask("POST", "/sim/documents", `{"content":[{"id":"d1","docType":"expense","document":{}}]}`, 400)
	ask("POST", "/sim/faults", `{"seed":3,"faults":[{"kind":"status","status":503,"times":1}],"behaviour":{"frozen":true}}`, 200)
	ask("POST", "/sim/faults", `{"faults":[{"kind":"nonsense"}]}`, 400)
	ask("POST", "/sim/faults", `{"fault":[]}`, 400)
	ask("GET", transactions("expense"), "", 503)
	if text := ask("GET", transactions("expense"), "", 200); !strings.Contains(text, `"d1"`) {
		t.Error(text)
	}
	ask("POST", "/sim/resubmit", `{"docId":"d1"}`, 400)
	ask("POST", "/sim/recall", `{"docId":"d1"}`, 200)
	ask("POST", "/sim/recall", `{"docId":"none"}`, 400)
	var again struct{ DocID string }
	if err := json.Unmarshal([]byte(ask("POST", "/sim/resubmit", `{"docId":"d1"}`, 200)), &again); err != nil || len(again.DocID) != 32 {
		t.Error(again, err)
	}
	if d, _ := c.fis.Document(again.DocID); d.Former != "d1" || d.Status != fis.StatusReady {
		t.Errorf("%+v", d)
	}
	ask("POST", "/sim/revise", `{"docId":"d1"}`, 400)
	ask("POST", "/sim/documents", `{"content":[{"id":"d2","docType":"expense","document":{"report":{"reportId":"R2","totalApprovedAmount":10.50},"expenseEntry":[{"entryId":"E","entryApprovedAmount":10.50}]}}]}`, 200)
	if err := c.fis.SetStatus("d2", fis.StatusPostedSuccess, "OURS"); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(ask("POST", "/sim/revise", `{"docId":"d2"}`, 200)), &again); err != nil {
		t.Fatal(err)
	}
	if d, _ := c.fis.Document(again.DocID); d.Former != "d2" || d.Status != fis.StatusReady || !strings.Contains(string(d.Document), `"revisionNumber":"2"`) ||
		!strings.Contains(string(d.Document), `"totalApprovedAmount":21`) || strings.Count(string(d.Document), "entryApprovedAmount") != 2 {
		t.Errorf("%+v %s", d, d.Document)
	}
	ask("POST", "/sim/expire", `{"what":"access"}`, 200)
	ask("GET", transactions("expense"), "", 401)
	var record []Call
	if err := json.Unmarshal([]byte(ask("GET", "/sim/record", "", 200)), &record); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.fis.Record(), record); diff != "" {
		t.Error(diff)
	}
	ask("GET", "/sim/documents", "", 200)
	ask("GET", "/sim/refusals", "", 200)

	far := httptest.NewRequest("GET", "/sim/record", nil)
	far.RemoteAddr = "192.0.2.1:4711"
	w := httptest.NewRecorder()
	c.fis.ServeHTTP(w, far)
	if w.Code != http.StatusForbidden {
		t.Errorf("an admin call from elsewhere: %d", w.Code)
	}
}

func TestListenOnLoopbackOnly(t *testing.T) {
	if s, err := Listen("0.0.0.0:0", http.NotFoundHandler()); err == nil {
		s.Close()
		t.Error("it listens to the network")
	}
}
