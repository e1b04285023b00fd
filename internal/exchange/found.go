package exchange

import "context"

// Found is what lies at the partner after a crash between "renaming" and "dropped".
type Found string

const (
	FoundTemp  Found = "temp"  // not renamed: Publish it
	FoundFinal Found = "final" // delivered
	FoundBoth  Found = "both"  // Publish compares them, and finishes or refuses
	FoundGone  Found = "gone"  // the partner took it, or it never was there: delivered, unverified
)

// Find looks under both names before anything else is done. A look that the place refuses is ErrCannotTell. The temporary
// name is looked at first and again at the end, because a rename still under way in a lost connection may finish in between.
func Find(ctx context.Context, d Drop, temp, final string) (Found, error) {
	_, atTemp, err := d.Stat(ctx, temp)
	if err != nil {
		return "", err
	}
	_, atFinal, err := d.Stat(ctx, final)
	if err != nil {
		return "", err
	}
	if atTemp && atFinal {
		if _, atTemp, err = d.Stat(ctx, temp); err != nil {
			return "", err
		}
	}
	switch {
	case atTemp && atFinal:
		return FoundBoth, nil
	case atTemp:
		return FoundTemp, nil
	case atFinal:
		return FoundFinal, nil
	}
	return FoundGone, nil
}
