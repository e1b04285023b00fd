package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// easyHeap is how far the heap may grow before the collector looks at it, whatever of it is in use: below that there is
// nothing to save, and most commands live on a few MiB. Above, it is the usual rule: when the heap is twice what is in
// use.
const easyHeap = 48 << 20

// easyCollector sets that rule, unless GOGC or GOMEMLIMIT say what the collector is to do.
func easyCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		paceCollector()
	}
}

// paceCollector sets the rule for the next collection, and itself again after that.
func paceCollector() {
	inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(inUse)
	debug.SetGCPercent(percentFor(inUse[0].Value.Uint64()))
	runtime.SetFinalizer(&collected{}, func(*collected) { paceCollector() })
}

// collected is nothing that lives; its end says that the collector ran.
type collected struct{ _ [16]byte }

// percentFor is how much may be added to what is in use, in percent of it. The runtime takes 4 MiB for in use when it
// is less.
func percentFor(inUse uint64) int {
	inUse = max(inUse, 4<<20)
	if 2*inUse >= easyHeap {
		return 100
	}
	return int((easyHeap - inUse) * 100 / inUse)
}
