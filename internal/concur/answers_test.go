package concur

import (
	"strings"
	"testing"
)

// Every code of the service, on every call, with the word that goes with it, with FAILURE, and with words that
// contradict it.
func TestConsequences(t *testing.T) {
	for _, c := range []struct {
		kind callKind
		word string
		code int
		want Consequence
	}{
		{ackCall, "SUCCESS", 0, Done}, {ackCall, "SUCCESS", noCode, Done}, {ackCall, "success", 0, Done},
		{ackCall, "FAILURE", 99, ForeignSystem}, {ackCall, "FAILURE", 101, AlreadyDone}, {ackCall, "FAILURE", 102, Recalled},
		{ackCall, "FAILURE", 103, NotReady}, {ackCall, "FAILURE", 104, Missing}, {ackCall, "FAILURE", 105, WrongType},
		{ackCall, "FAILURE", 199, RepeatLater}, {ackCall, "FAILURE", 113, UnknownState}, {ackCall, "FAILURE", 298, UnknownState},
		{ackCall, "WAS_RECALLED", noCode, Recalled}, {ackCall, "NOOP", 298, UnknownState},

		{postingCall, "SUCCESS", 0, Done}, {postingCall, "FAILURE", 99, ForeignSystem},
		{postingCall, "NOT_YET_ACKNOWLEDGED", 111, NotAcknowledged}, {postingCall, "FAILURE", 111, NotAcknowledged},
		{postingCall, "NOT_YET_ACKNOWLEDGED", noCode, NotAcknowledged}, {postingCall, "NOT_YET_ACKNOWLEDGED", 0, NotAcknowledged},
		{postingCall, "WAS_RECALLED", 112, RecalledAfterPosting}, {postingCall, "FAILURE", 112, RecalledAfterPosting},
		{postingCall, "WAS_RECALLED", noCode, RecalledAfterPosting}, {postingCall, "FAILURE", 113, AlreadyDone},
		{postingCall, "FAILURE", 114, UnknownState}, {postingCall, "SYSTEM_ERROR_OCCURRED", 114, UnknownState},
		{postingCall, "FAILURE", 115, WrongType}, {postingCall, "DOCUMENT_NOT_FOUND", 116, Missing},
		{postingCall, "FAILURE", 116, Missing}, {postingCall, "FAILURE", 198, Never}, {postingCall, "FAILURE", 199, RepeatLater},
		{postingCall, "SYSTEM_ERROR_OCCURRED", 199, RepeatLater}, {postingCall, "SYSTEM_ERROR_OCCURRED", noCode, RepeatLater},
		{postingCall, "SYSTEM_ERROR_OCCURRED", 7777, RepeatLater}, {postingCall, "SYSTEM_ERROR_OCCURRED", 198, Never},
		{postingCall, "NOOP", noCode, UnknownState},

		{paymentCall, "SUCCESS", 0, Done}, {paymentCall, "FAILURE", 99, ForeignSystem}, {paymentCall, "FAILURE", 213, AlreadyDone},
		{paymentCall, "NOOP", 298, PaymentKnown}, {paymentCall, "NOOP", noCode, PaymentKnown}, {paymentCall, "NOOP", 0, PaymentKnown},
		{paymentCall, "FAILURE", 298, Never}, {paymentCall, "FAILURE", 198, Never}, {paymentCall, "FAILURE", 116, Missing},
		{paymentCall, "NOT_POSTING_CONFIRMED", 211, NotPosted}, {paymentCall, "NOT_POSTING_CONFIRMED", noCode, NotPosted},
		{paymentCall, "DOCUMENT_NOT_FOUND", noCode, Missing}, {paymentCall, "FAILURE", 199, RepeatLater},

		// Nothing is guessed where word and code disagree, or are unknown.
		{ackCall, "SUCCESS", 101, UnknownState}, {postingCall, "SUCCESS", 199, UnknownState}, {paymentCall, "SUCCESS", 298, UnknownState},
		{ackCall, "FAILURE", 0, UnknownState}, {ackCall, "FAILURE", noCode, UnknownState}, {ackCall, "", 0, UnknownState},
		{ackCall, "", noCode, UnknownState}, {postingCall, "", 113, UnknownState}, {postingCall, "WAS_RECALLED", 113, UnknownState},
		{paymentCall, "NOOP", 199, UnknownState}, {postingCall, "FAILURE", 7777, UnknownState}, {postingCall, "OK", 0, UnknownState},
	} {
		if got := consequenceOf(c.kind, c.word, c.code); got != c.want {
			t.Errorf("%s %q %d: %s, want %s", c.kind.tail(), c.word, c.code, got, c.want)
		}
	}
}

// 198 and 298 are never repeated, 199 is; "done before" is for the journal to judge.
func TestConsequenceProperties(t *testing.T) {
	for c := Unknown; c <= NotPosted; c++ {
		again := c == Unknown || c == NotSent || c == NotReady || c == RepeatLater
		if c.Repeatable() != again || c.CheckJournal() != (c == AlreadyDone || c == PaymentKnown) {
			t.Errorf("%s: repeatable %v, journal %v", c, c.Repeatable(), c.CheckJournal())
		}
		if c.String() == "" || (c.String() == "unknown") != (c == Unknown) {
			t.Errorf("consequence %d has no name", c)
		}
	}
	if Consequence(200).String() != "unknown" {
		t.Error("a consequence that does not exist")
	}
}

// Answers come as an array, in an object, or as one item; codes as numbers or texts.
func TestAnswerForms(t *testing.T) {
	item := `{"code":"101","docId":"d1","systemId":null,"acknowledgeResult":"FAILURE","errorMessage":["a","b"],"more":{}}`
	for _, body := range []string{"[" + item + "]", item, `{"AcknowledgeResponse":[` + item + `],"x":1}`, " [ " + item + " ] "} {
		got, err := readAnswers(strings.NewReader(body), ackCall, "c")
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if a := got[0]; a.DocID != "d1" || a.Code != 101 || a.Consequence != AlreadyDone || a.Message != "a; b" || a.SystemID != "" || a.Correlation != "c" {
			t.Errorf("%s: %+v", body, a)
		}
	}
	for _, body := range []string{"", "null", "{}", "[1]", `[{"code":0}]`, `{"a":[],"b":[]}`, "<html>", `{"error":"x"}`} {
		if got, err := readAnswers(strings.NewReader(body), ackCall, "c"); err == nil {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

// Answers are matched by id, in the order of the request; what is missing is unknown, what is too much is an error.
func TestMatch(t *testing.T) {
	ask := func(ids ...string) []Answer {
		var out []Answer
		for _, id := range ids {
			out = append(out, Answer{DocID: id, Consequence: NotSent})
		}
		return out
	}
	done := func(id string, c Consequence) Answer { return Answer{DocID: id, Consequence: c, Correlation: "c"} }
	asked := ask("a", "b", "c")
	if err := match("op", asked, []Answer{done("c", Done), done("a", Recalled)}); err != nil {
		t.Error(err)
	}
	if asked[0].Consequence != Recalled || asked[1].Consequence != Unknown || asked[2].Consequence != Done || asked[1].Correlation != "c" {
		t.Errorf("%+v", asked)
	}
	asked = ask("a", "b")
	e := as[*AnswerError](t, match("op", asked, []Answer{done("a", Done), done("x", Done), done("b", Done), done("b", Never), done("a", Done)}))
	if len(e.Extra) != 1 || e.Extra[0] != "x" || len(e.Contradicted) != 1 || e.Contradicted[0] != "b" {
		t.Errorf("%+v", e)
	}
	if asked[0].Consequence != Done || asked[1].Consequence != Unknown {
		t.Errorf("%+v", asked)
	}
	paid := []Answer{{DocID: "a", PaymentRef: "r1"}}
	e = as[*AnswerError](t, match("op", paid, []Answer{{DocID: "a", PaymentRef: "r2", Consequence: Done}}))
	if paid[0].Consequence != Unknown || len(e.Extra) != 1 {
		t.Errorf("an answer about another payment was taken: %+v", paid)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`[{"code":0,"docId":"a","acknowledgeResult":"SUCCESS","errorMessage":""}]`, `{"docId":"a"}`, `{"x":[{"docId":"a","code":"9"}]}`, `[`, `[[]]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readAnswers(strings.NewReader(body), paymentCall, "c")
		if err != nil && got != nil {
			t.Error("answers beside an error")
		}
		for _, a := range got {
			if a.DocID == "" {
				t.Error("an answer about nothing")
			}
			if a.Consequence == Done && !strings.EqualFold(strings.TrimSpace(a.Result), "SUCCESS") {
				t.Errorf("%q counts as done", a.Result)
			}
		}
	})
}
