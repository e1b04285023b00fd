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
	if english := englishName(name); english != "" {
		return "function names are English here: write " + english + " for " + name
	}
	return ""
}

// englishName translates what a German, French or Spanish Excel calls the commonest functions.
func englishName(name string) string {
	switch name {
	case "WENN", "SI":
		return "IF"
	case "WENNS":
		return "IFS"
	case "UND", "ET":
		return "AND"
	case "ODER", "OU":
		return "OR"
	case "NICHT", "NON":
		return "NOT"
	case "WENNFEHLER", "SIERREUR", "SI.ERROR":
		return "IFERROR"
	case "ISTLEER", "ESTVIDE", "ESBLANCO":
		return "ISBLANK"
	case "VERWEIS", "RECHERCHE", "BUSCAR":
		return "LOOKUP"
	case "LINKS", "GAUCHE", "IZQUIERDA":
		return "LEFT"
	case "RECHTS", "DROITE", "DERECHA":
		return "RIGHT"
	case "TEIL", "STXT", "EXTRAE":
		return "MID"
	case "LÄNGE", "NBCAR", "LARGO":
		return "LEN"
	case "GROSS", "MAJUSCULE", "MAYUSC":
		return "UPPER"
	case "KLEIN", "MINUSCULE", "MINUSC":
		return "LOWER"
	case "GLÄTTEN", "SUPPRESPACE", "ESPACIOS":
		return "TRIM"
	case "WECHSELN", "SUBSTITUE", "SUSTITUIR":
		return "SUBSTITUTE"
	case "FINDEN", "TROUVE", "ENCONTRAR":
		return "FIND"
	case "VERKETTEN", "CONCATENER", "CONCATENAR":
		return "CONCATENATE"
	case "TEXTE", "TEXTO":
		return "TEXT"
	case "WERT", "CNUM", "VALOR":
		return "VALUE"
	case "RUNDEN", "ARRONDI", "REDONDEAR":
		return "ROUND"
	case "SUMME", "SOMME", "SUMA":
		return "SUM"
	case "REST", "RESIDUO":
		return "MOD"
	case "DATUM", "FECHA":
		return "DATE"
	case "JAHR", "ANNEE", "AÑO":
		return "YEAR"
	case "MONAT", "MOIS", "MES":
		return "MONTH"
	case "TAG", "JOUR", "DIA":
		return "DAY"
	case "MONATSENDE", "FIN.MOIS", "FIN.MES":
		return "EOMONTH"
	}
	return ""
}
