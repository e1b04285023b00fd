package companies

import (
	"context"
	"encoding/json"
	"time"
)

// Step is a step of a pass that goes on, in the words of the bridge. Total is 0 where nobody knows it.
type Step struct {
	Name  string    `json:"step"`
	Began time.Time `json:"began"`
	Done  int       `json:"done,omitempty"`
	Total int       `json:"total,omitempty"`
}

// Tell keeps how far the pass of a claim is, for everybody who looks at the company until the pass ends. What a node says whose claim was taken away is
// not kept.
func (b *Book) Tell(ctx context.Context, c *Claim, steps []Step) error {
	text, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	_, err = b.changed(ctx, "keep how far the pass of company "+c.Company+" is", `UPDATE companies SET steps = $3, steps_claim = claim WHERE company = $1 AND claim = $2`, c.Company, c.Number, string(text))
	return err
}
