package formula

// elsewhere is advice about functions that Excel has and a mapping has not, or has by its English name.
func elsewhere(name string) string {
	switch name {
	case "VLOOKUP", "HLOOKUP", "INDIRECT", "OFFSET", "SVERWEIS", "RECHERCHEV", "BUSCARV":
		return name + " is not known here; write LOOKUP(sheet; key; column)"
	case "TODAY", "NOW", "HEUTE", "JETZT", "AUJOURDHUI", "MAINTENANT", "HOY", "AHORA":
		return name + " is not known here: the same documents must give the same file on every day; use a date of the document, or file.date"
	case "RAND", "RANDBETWEEN":
		return name + " is not known here: the same documents must give the same file each time"
	case "SUMIFS", "COUNTIFS", "COUNT", "COUNTA", "AVERAGEIF":
		return name + " is not known here; totals are fields: file.debit, file.lines, document.total"
	case "TEXTBEFORE", "TEXTAFTER", "TEXTSPLIT":
		return name + " is not known here; write LEFT, MID and FIND"
	}
	return ""
}
