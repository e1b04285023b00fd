package mapping

// WithoutReadBack makes a file that is not read back, to see what that costs.
func (p *Plan) WithoutReadBack(ctx FileContext) (*File, error) {
	f, err := p.NewFile(ctx)
	if err == nil {
		f.unchecked = true
	}
	return f, err
}
