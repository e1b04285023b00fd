package layout

// Spec is what the plan was made of.
func (p *Plan) Spec() Spec { return p.spec }

// Records is what the plan was made of, in order. Do not change it.
func (p *Plan) Records() []Record { return p.records }

// Record is the index of a record by name.
func (p *Plan) Record(name string) (int, bool) {
	for i := range p.records {
		if p.records[i].Name == name {
			return i, true
		}
	}
	return 0, false
}
