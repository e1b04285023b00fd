package exchange

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// algorithms are our lists: all that the library knows to be sound (its own defaults hold weak ones and leave out sound ones),
// and the weak ones that the target names.
func algorithms(legacy []string) (ssh.Algorithms, error) {
	a, weak := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	lists := []struct{ sound, weak *[]string }{
		{&a.KeyExchanges, &weak.KeyExchanges}, {&a.Ciphers, &weak.Ciphers}, {&a.MACs, &weak.MACs},
		{&a.HostKeys, &weak.HostKeys}, {&a.PublicKeyAuths, &weak.PublicKeyAuths},
	}
	for _, name := range legacy {
		known := false
		for _, l := range lists {
			if slices.Contains(*l.weak, name) && !slices.Contains(*l.sound, name) {
				*l.sound = append(*l.sound, name)
			}
			known = known || slices.Contains(*l.sound, name)
		}
		if !known {
			all := slices.Concat(weak.KeyExchanges, weak.Ciphers, weak.MACs, weak.HostKeys)
			return a, &FieldError{"legacy_algorithms", name, "is not known; there are " + strings.Join(all, ", ")}
		}
	}
	return a, nil
}

// negotiation explains a handshake that found no common algorithm, with the legacy names that would allow it.
func negotiation(err error) error {
	var n *ssh.AlgorithmNegotiationError
	if !errors.As(err, &n) {
		return err
	}
	weak := ssh.InsecureAlgorithms()
	var would []string
	for _, name := range slices.Concat(weak.KeyExchanges, weak.Ciphers, weak.MACs, weak.HostKeys) {
		if slices.Contains(n.RequestedAlgorithms, name) {
			would = append(would, name)
		}
	}
	err = fmt.Errorf("%w: %w", errAlgorithms, err)
	if len(would) == 0 {
		return &HintError{err, "the server offers nothing that is supported for this; ask the partner to update it"}
	}
	return &HintError{err, "the server offers only weak algorithms; ask the partner to update it, or allow by name in legacy_algorithms: " + strings.Join(would, ", ")}
}

// errAlgorithms marks a failed negotiation: nothing changes by trying again.
var errAlgorithms = errors.New("no common SSH algorithm")

// weakUsed lists the weak algorithms that a connection really uses.
func weakUsed(n ssh.NegotiatedAlgorithms) []string {
	weak := ssh.InsecureAlgorithms()
	all := slices.Concat(weak.KeyExchanges, weak.Ciphers, weak.MACs, weak.HostKeys)
	var used []string
	for _, name := range []string{n.KeyExchange, n.HostKey, n.Read.Cipher, n.Read.MAC, n.Write.Cipher, n.Write.MAC} {
		if slices.Contains(all, name) && !slices.Contains(used, name) {
			used = append(used, name)
		}
	}
	return used
}
