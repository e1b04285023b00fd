package mapping_test

import (
	"io/fs"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// smallTemplate is a file system with one template called small.
func smallTemplate(text string) fs.FS {
	return fstest.MapFS{"small/template.yaml": {Data: []byte("name: small\ntitle: T\ndocuments: [expense]\nacceptance: document\n" + text)}}
}

func amount(s string) fis.Amount {
	a, err := fis.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}
