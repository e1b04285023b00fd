// Package diskroom owns how much room a disk has. It looks, and guarantees bytes on every system.
package diskroom
