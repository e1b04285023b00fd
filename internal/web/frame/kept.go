package frame

import "sync"

// kept are answers that take long and change only with what they are made of.
type kept struct {
	mu   sync.Mutex
	list []keptOne
}

type keptOne struct {
	key   string
	value any
}

// mostKeptAnswers bounds how many are in memory.
const mostKeptAnswers = 4

// Keep gives what is kept under a key, or makes it. Others who want one wait meanwhile: two that are the same are never
// made at once.
func (co *Company) Keep(key string, make func() (any, error)) (any, error) {
	k := &co.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, one := range k.list {
		if one.key == key {
			k.list = append(append(k.list[:i:i], k.list[i+1:]...), one)
			return one.value, nil
		}
	}
	value, err := make()
	if err != nil {
		return nil, err
	}
	if k.list = append(k.list, keptOne{key, value}); len(k.list) > mostKeptAnswers {
		k.list = k.list[1:]
	}
	return value, nil
}
