package api

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// parameter finds the values of a pattern.
var parameter = regexp.MustCompile(`\{([a-z]+)\}`)

// OpenAPI describes the API (OpenAPI 3.1). It is made of the table of addresses, so it names each of them, and of the types that are written, so it names each field.
func OpenAPI() ([]byte, error) {
	paths, made := map[string]map[string]any{}, newSchemas()
	for _, a := range Addresses() {
		op := map[string]any{"summary": a.Summary, "operationId": operation(a), "responses": responses(a, made)}
		var params []map[string]any
		for _, m := range parameter.FindAllStringSubmatch(a.Pattern, -1) {
			params = append(params, map[string]any{"name": m[1], "in": "path", "required": true, "schema": map[string]string{"type": "string"}})
		}
		for _, name := range a.Query {
			kind := map[string]any{"type": "string"}
			switch name {
			case "limit", "offset", "before", "after":
				kind = map[string]any{"type": "integer", "minimum": 0}
			case "since", "until":
				kind = map[string]any{"type": "string", "format": "date"}
			}
			params = append(params, map[string]any{"name": name, "in": "query", "schema": kind})
		}
		if len(params) > 0 {
			op["parameters"] = params
		}
		if len(a.Body) > 0 {
			schema := content(bodySchema(a.Body))
			if a.Upload {
				schema = map[string]any{"multipart/form-data": map[string]any{"schema": formSchema(a.Body)}}
			}
			op["requestBody"] = map[string]any{"required": true, "content": schema}
		}
		if paths[a.Pattern] == nil {
			paths[a.Pattern] = map[string]any{}
		}
		paths[a.Pattern][strings.ToLower(a.Method)] = op
	}
	if made.err != nil {
		return nil, made.err
	}
	made.named["Why"], made.named["Sentence"] = whySchema(), sentenceSchema()
	made.named["Failure"] = map[string]any{"type": "object", "required": []string{"error", "code"}, "properties": map[string]any{
		"error": map[string]string{"type": "string"}, "hint": map[string]string{"type": "string"}, "code": map[string]string{"type": "string"}, "why": ref("Why")}}
	return json.MarshalIndent(map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]any{"title": "fisbridge", "version": "1", "description": "What the commands write with --json, and what people do with documents. Days are those of the company's time zone, amounts are exact decimal texts."},
		"paths":   paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{"token": map[string]any{"type": "http", "scheme": "bearer"}},
			"schemas":         made.named,
		},
		"security": []map[string]any{{"token": []string{}}},
	}, "", "  ")
}

// whySchema is a reason: why a document is held, what an alarm says, why an act is refused.
func whySchema() map[string]any {
	text := func(description string) map[string]any {
		return map[string]any{"type": "string", "description": description}
	}
	return map[string]any{"type": "object", "required": []string{"code"}, "properties": map[string]any{
		"code": text("which reason it is; it stays the same from version to version"),
		"text": text("the reason in English"), "way": text("what to do about it, in English"),
		"acts": map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "description": "what can be done, of a document that is held or waits"},
		"values": map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}, "description": "the values in the reason, by name. " +
			"A value NAME that is a sentence itself has its English in NAME and the sentence with its own values in NAME.said (JSON of a Sentence, as text); one that is a reason has it in NAME.why."},
	}}
}

// sentenceSchema is what stands under says, and in values that end in .said.
func sentenceSchema() map[string]any {
	return map[string]any{"type": "array", "minItems": 1, "prefixItems": []any{map[string]any{"type": "string", "description": "the sentence in English, with %s, %q and %d in the places of its values; #NOUN is a number of things"}},
		"items": map[string]any{"oneOf": []any{map[string]any{"type": "string"}, map[string]any{"type": "number"}, map[string]any{"$ref": "#/components/schemas/Sentence"},
			map[string]any{"type": "object", "properties": map[string]any{"p": map[string]any{"type": "string", "description": "the value as English shows it"},
				"n": map[string]any{"type": "string", "description": "the digits of a number"}, "e": map[string]any{"type": "boolean", "description": "it is English"}}}}},
		"description": "A sentence of fisbridge with its values: a reader may say it in a language of his own. It stands beside the English, which says the same."}
}

func operation(a Address) string {
	name := strings.TrimPrefix(strings.TrimPrefix(a.Pattern, base), "/api/v1")
	words := regexp.MustCompile(`[a-z]+`).FindAllString(name, -1)
	return strings.ToLower(a.Method) + "-" + strings.Join(words, "-")
}

func content(schema map[string]any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

func bodySchema(fields []string) map[string]any {
	properties := map[string]any{}
	for _, f := range fields {
		properties[f] = map[string]any{"type": "string"}
		if f == "until" {
			properties[f] = map[string]any{"type": "string", "format": "date"}
		}
		if f == "seen" {
			properties[f] = map[string]any{"type": "integer", "description": "the newest row of the history that was seen of the document: nothing is done when it has moved since"}
		}
	}
	return map[string]any{"type": "object", "required": []string{"reason"}, "properties": properties, "additionalProperties": false}
}

// formSchema is a form with a file.
func formSchema(fields []string) map[string]any {
	s := bodySchema(fields)
	s["required"] = fields
	s["properties"].(map[string]any)["file"] = map[string]any{"type": "string", "contentMediaType": "application/octet-stream", "description": "the workbook (.xlsx) or YAML, 20 MiB at most"}
	return s
}

func responses(a Address, made *schemas) map[string]any {
	failure := map[string]any{"description": "why it does not go", "content": content(ref("Failure"))}
	answer, what := map[string]any{}, "this description"
	if a.Answer != nil {
		answer, what = made.of(a.Answer), "as the command writes it with --json"
		if of, pointer := answer["anyOf"].([]any); pointer { // an answer is there
			answer = of[0].(map[string]any)
		}
	}
	out := map[string]any{"200": map[string]any{"description": what, "content": content(answer)}, "401": failure, "403": failure, "404": failure, "422": failure}
	if len(a.Body) > 0 {
		out["409"] = failure
	}
	return out
}

// description is the handler of the description.
func description(*frame.Req) (frame.Answer, error) {
	b, err := OpenAPI()
	if err != nil {
		return nil, err
	}
	return object(json.RawMessage(b))
}
