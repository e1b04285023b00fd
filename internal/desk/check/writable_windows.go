package check

// writable: Windows tells only those who try, and check does not write.
func writable(string) error { return nil }
