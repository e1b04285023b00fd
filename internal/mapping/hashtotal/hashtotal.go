// Package hashtotal is the control total of numbers that are no amounts: the sum of the digits that stand in a field,
// of which so many are kept.
package hashtotal

import "math/big"

// Add adds to the hash total, of which so many digits are kept.
func Add(total, n *big.Int, digits int) {
	total.Add(total, n)
	total.Mod(total, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
}

// Of is the number that the digits of a text make, 0 without any.
func Of(text string) *big.Int {
	digits := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] >= '0' && text[i] <= '9' {
			digits = append(digits, text[i])
		}
	}
	n := new(big.Int)
	if len(digits) > 0 {
		n.SetString(string(digits), 10)
	}
	return n
}
