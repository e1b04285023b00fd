package explain

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// pathsOf names every node of a document: report.reportName, expenseEntry[0].allocation[1].journal[0].
func pathsOf(root *fis.Node) map[*fis.Node]string {
	out := map[*fis.Node]string{}
	var walk func(n *fis.Node, path string)
	walk = func(n *fis.Node, path string) {
		out[n] = path
		switch n.Kind() {
		case fis.Object:
			n.Each(func(name string, v *fis.Node) {
				if path != "" {
					name = path + "." + name
				}
				walk(v, name)
			})
		case fis.Array:
			for i, v := range n.Items() {
				walk(v, path+"["+strconv.Itoa(i)+"]")
			}
		}
	}
	walk(root, "")
	return out
}
