package xlsx

import (
	"errors"
	"io"
)

// Padded adds to padded the cells of a sheet as a program keeps them that holds every cell from column A to the last one of a
// row. far is the cell with which they are more than most, empty when they are not.
func (b *Book) Padded(name string, padded *int, most int) (far string, err error) {
	rows, err := b.Rows(name)
	if err != nil {
		return "", err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	for {
		number, cells, err := rows.Next()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return "", err
		case len(cells) == 0:
			continue
		}
		last := cells[len(cells)-1].Column
		if *padded += last + 1; *padded > most {
			return Name(name, last, number), nil
		}
	}
}
