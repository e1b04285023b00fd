package layout

// Sign is a named way to write negative and positive numbers. Readers know only the one that the layout names; nothing
// is guessed.
type Sign uint8

const (
	signLeading               Sign = iota // -1.00
	signFloating                          // blank filled, minus before the first digit
	signLeadingSeparate                   // +1.00 -1.00
	signTrailing                          // 1.00- ; fixed: a blank when positive
	signTrailingSeparate                  // 1.00+ 1.00-
	signParentheses                       // (1.00) ; fixed: a blank after positive ones
	signCR                                // 1.00CR when negative; fixed: two blanks when positive
	signDB                                // 1.00DB when negative
	signCRDR                              // 1.00CR when negative, 1.00DR when not
	signOverpunch                         // sign in the last digit, as on an IBM mainframe: { A–I, } J–R; bytes C0–C9, D0–D9 in EBCDIC
	signOverpunchLeading                  // the same in the first digit
	signOverpunchASCII                    // sign in the last digit, as GnuCOBOL and PC compilers do: 0–9, p–y
	signOverpunchASCIILeading             //
	signPacked                            // COMP-3: two digits a byte, last half C or D
	signPackedUnsigned                    // COMP-3 with F
	signBinary                            // COMP: big-endian two's complement
	signBinaryUnsigned                    // COMP without sign
	signSH                                // 1.00H when negative, 1.00S when not (Soll, Haben)
	signNone                              // a negative number is an error
	signUnknown
)

// Signs are the names of the sign conventions.
func Signs() []string {
	return []string{"leading", "floating", "leading-separate", "trailing", "trailing-separate", "parentheses", "cr", "db", "crdr", "overpunch",
		"overpunch-leading", "overpunch-ascii", "overpunch-ascii-leading", "packed", "packed-unsigned", "binary", "binary-unsigned", "sh", "none"}
}

func signNamed(name string) Sign {
	for i, known := range Signs() {
		if name == known {
			return Sign(i)
		}
	}
	return signUnknown
}

func (s Sign) Overpunched() bool { return s >= signOverpunch && s <= signOverpunchASCIILeading }

func (s Sign) InFirstDigit() bool {
	return s == signOverpunchLeading || s == signOverpunchASCIILeading
}

func (s Sign) asciiZone() bool { return s == signOverpunchASCII || s == signOverpunchASCIILeading }

func (s Sign) Packed() bool { return s == signPacked || s == signPackedUnsigned }

func (s Sign) Binary() bool { return s == signBinary || s == signBinaryUnsigned }

func (s Sign) Unsigned() bool {
	return s == signNone || s == signPackedUnsigned || s == signBinaryUnsigned
}

// DigitsOnly is true where no decimal mark can stand: the decimals are implied.
func (s Sign) DigitsOnly() bool { return s.Overpunched() || s.Packed() || s.Binary() }

// Affixes is what stands before and after the digits. column is true in fixed width, where positive numbers keep the
// place of the sign.
func (s Sign) Affixes(negative, column bool) (before, after string) {
	switch s {
	case signLeading, signFloating:
		return pick(negative, "-", ""), ""
	case signLeadingSeparate:
		return pick(negative, "-", "+"), ""
	case signTrailing:
		return "", pick(negative, "-", pick(column, " ", ""))
	case signTrailingSeparate:
		return "", pick(negative, "-", "+")
	case signParentheses:
		return pick(negative, "(", ""), pick(negative, ")", pick(column, " ", ""))
	case signCR:
		return "", pick(negative, "CR", pick(column, "  ", ""))
	case signDB:
		return "", pick(negative, "DB", pick(column, "  ", ""))
	case signCRDR, signSH:
		plus, minus := s.marks()
		return "", pick(negative, minus, plus)
	}
	return "", ""
}

// marks are the letters behind positive and negative numbers, of conventions that mark both.
func (s Sign) marks() (plus, minus string) {
	if s == signSH {
		return "S", "H"
	}
	return "DR", "CR"
}

func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}

// ZoneByte is the byte of an overpunched digit. In EBCDIC it is zone and digit; the brace of the code page may be
// another byte (273). Negative zero does not exist: the caller passes it as positive.
func (s Sign) ZoneByte(digit byte, negative, ebcdic bool) byte {
	switch {
	case ebcdic && negative:
		return 0xD0 + digit
	case ebcdic:
		return 0xC0 + digit
	case s.asciiZone() && negative:
		return 'p' + digit
	case s.asciiZone():
		return '0' + digit
	case negative && digit == 0:
		return '}'
	case negative:
		return 'J' + digit - 1
	case digit == 0:
		return '{'
	}
	return 'A' + digit - 1
}

// ZoneDigit reads an overpunched byte. ok is false for a byte of another convention, also where that one would read it
// as a number: a wrong sign mode must not pass in silence.
func (s Sign) ZoneDigit(b byte, ebcdic bool) (digit byte, negative, ok bool) {
	for d := byte(0); d < 10; d++ {
		for _, neg := range []bool{false, true} {
			if s.ZoneByte(d, neg, ebcdic) == b {
				return d, neg, true
			}
		}
	}
	return 0, false, false
}

// SignName is the sign convention of the field, as layouts spell it.
func (c *Cell) SignName() string { return Signs()[c.Convention] }
