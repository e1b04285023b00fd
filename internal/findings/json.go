package findings

import (
	"encoding/json"

	"github.com/fisbridge/fisbridge/internal/say"
)

// MarshalJSON writes the reason in English, and under says the sentence that it is: its id and its values.
func (f Finding) MarshalJSON() ([]byte, error) {
	type plain Finding
	out := struct {
		plain
		Says json.RawMessage `json:"says,omitempty"`
	}{plain: plain(f)}
	if !f.Reason.IsPlain() {
		out.Says = json.RawMessage(f.Reason.Stored())
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes, also from before there were sentences.
func (f *Finding) UnmarshalJSON(b []byte) error {
	type plain Finding
	var in struct {
		plain
		Says json.RawMessage `json:"says"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*f = Finding(in.plain)
	if t, is := say.FromStored(string(in.Says)); is {
		f.Reason = t
	}
	return nil
}
