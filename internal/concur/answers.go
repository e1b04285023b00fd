package concur

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// callKind is one of the three calls that change documents.
type callKind uint8

const (
	ackCall callKind = iota + 1
	postingCall
	paymentCall
)

// tail is the last part of the call's path.
func (k callKind) tail() string {
	switch k {
	case ackCall:
		return "acknowledgements"
	case postingCall:
		return "postingconfirmations"
	}
	return "paymentconfirmations"
}

// verb begins the name of the call in messages.
func (k callKind) verb() string {
	switch k {
	case ackCall:
		return "acknowledge"
	case postingCall:
		return "confirm the posting of"
	}
	return "confirm payments of"
}

// consequenceOf decides what an answer means: by the result word, then by the code. Words and codes that contradict
// each other, or that the reference does not know, are UnknownState: nothing is guessed.
func consequenceOf(kind callKind, word string, code int) Consequence {
	if code == noCode {
		return byWord(kind, word)
	}
	meant := byCode(kind, code)
	switch strings.ToUpper(word) {
	case "SUCCESS":
		if code != 0 {
			return UnknownState
		}
		return Done
	case "NOOP":
		if kind == paymentCall && (code == 298 || code == 0) {
			return PaymentKnown
		}
		return UnknownState
	case "FAILURE", "SYSTEM_ERROR_OCCURRED":
		if code == 0 {
			return UnknownState
		}
		if meant == UnknownState && code != 114 {
			return byWord(kind, word)
		}
		return meant
	case "":
		return UnknownState
	}
	if said := byWord(kind, word); code == 0 || meant == UnknownState || meant == said || meant == RepeatLater {
		return said
	}
	return UnknownState
}

const noCode = -1

// byWord is the meaning of a result word that stands alone.
func byWord(kind callKind, word string) Consequence {
	switch w := strings.ToUpper(word); {
	case w == "SUCCESS":
		return Done
	case w == "NOOP" && kind == paymentCall:
		return PaymentKnown
	case w == "SYSTEM_ERROR_OCCURRED":
		return RepeatLater
	case w == "DOCUMENT_NOT_FOUND":
		return Missing
	case w == "NOT_YET_ACKNOWLEDGED":
		return NotAcknowledged
	case w == "NOT_POSTING_CONFIRMED":
		return NotPosted
	case w == "WAS_RECALLED" && kind == ackCall:
		return Recalled
	case w == "WAS_RECALLED":
		return RecalledAfterPosting
	}
	return UnknownState
}

// byCode is the service's table of codes.
func byCode(kind callKind, code int) Consequence {
	switch code {
	case 0:
		return Done
	case 99:
		return ForeignSystem
	case 199:
		return RepeatLater
	}
	switch kind {
	case ackCall:
		switch code {
		case 101:
			return AlreadyDone
		case 102:
			return Recalled
		case 103:
			return NotReady
		case 104:
			return Missing
		case 105:
			return WrongType
		}
	case postingCall:
		switch code {
		case 113:
			return AlreadyDone
		case 114:
			return UnknownState
		}
		return shared(code)
	case paymentCall:
		switch code {
		case 213:
			return AlreadyDone
		case 298:
			return Never
		}
		return shared(code)
	}
	return UnknownState
}

// shared are the posting codes that the vendor's samples also show for payments.
func shared(code int) Consequence {
	switch code {
	case 111:
		return NotAcknowledged
	case 112:
		return RecalledAfterPosting
	case 115:
		return WrongType
	case 116:
		return Missing
	case 198:
		return Never
	}
	return UnknownState
}

// readAnswers reads the answer of a POST: an array of items, also when an object is wrapped around it.
func readAnswers(r io.Reader, kind callKind, correlation string) ([]Answer, error) {
	raw, err := io.ReadAll(io.LimitReader(r, smallAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > smallAnswer {
		return nil, &FormatError{What: "the answer is larger than 16 MiB"}
	}
	items, err := answerItems(raw)
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, 0, len(items))
	for _, item := range items {
		a, ok := readAnswer(item, kind)
		if !ok {
			return nil, &FormatError{What: "an item of the answer is no object with a docId"}
		}
		a.Correlation = correlation
		answers = append(answers, a)
	}
	return answers, nil
}

func answerItems(raw []byte) ([]json.RawMessage, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		return list, nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil || object == nil {
		return nil, &FormatError{What: "not a JSON array of results"}
	}
	if _, single := object["docId"]; single {
		return []json.RawMessage{raw}, nil
	}
	found := 0
	for _, v := range object {
		if bytes.HasPrefix(bytes.TrimSpace(v), []byte("[")) && json.Unmarshal(v, &list) == nil {
			found++
		}
	}
	if found != 1 {
		return nil, &FormatError{What: "not a JSON array of results"}
	}
	return list, nil
}

func readAnswer(raw json.RawMessage, kind callKind) (Answer, bool) {
	var item struct {
		DocID, SystemID, Code, PaymentRef, ErrorMessage, DetailMessage          json.RawMessage
		AcknowledgeResult, PostingConfirmationResult, PaymentConfirmationResult json.RawMessage
	}
	if json.Unmarshal(raw, &item) != nil {
		return Answer{}, false
	}
	a := Answer{
		DocID: text(item.DocID), PaymentRef: text(item.PaymentRef), SystemID: text(item.SystemID), Code: noCode,
		Message: scrub(texts(item.ErrorMessage)), Detail: scrub(texts(item.DetailMessage)),
	}
	if n, ok := number(item.Code); ok {
		a.Code = n
	}
	switch kind {
	case ackCall:
		a.Result = text(item.AcknowledgeResult)
	case postingCall:
		a.Result = text(item.PostingConfirmationResult)
	case paymentCall:
		a.Result = text(item.PaymentConfirmationResult)
	}
	a.Consequence = consequenceOf(kind, strings.TrimSpace(a.Result), a.Code)
	return a, a.DocID != ""
}
