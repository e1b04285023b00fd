package golive

import (
	"context"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// Keep puts the workbooks of changes in force back into their places where a node has laid out what they have replaced:
// what is published counts again when another workbook is published. The error is the journal's, or the disk's.
func (k *Versions) Keep(ctx context.Context, routes []Route) error {
	done := map[string]bool{}
	for _, rc := range routes {
		if done[rc.Mapping] {
			continue
		}
		done[rc.Mapping] = true
		keep, err := k.kept(ctx, rc, routes)
		if err != nil {
			return err
		}
		if keep == nil {
			continue
		}
		if err := put(rc.File, keep.Body); err != nil {
			return fmt.Errorf("the workbook in force cannot be put back into the place of %s: %w", rc.Mapping, err)
		}
		k.Log.Info("workbook of a change kept in its place, for what is published was replaced by it", "mapping", rc.Mapping, "route", keep.Route)
	}
	return nil
}

// kept is the version in force that counts in place of what a node has laid out for a mapping: each route of the mapping
// has replaced that by changes. nil: what lies in the place counts.
func (k *Versions) kept(ctx context.Context, rc Route, routes []Route) (keep *records.MappingContent, err error) {
	if !k.Published {
		return nil, nil
	}
	for _, r := range routes {
		if r.Mapping != rc.Mapping {
			continue
		}
		live, has, err := k.Journal.LiveMapping(ctx, r.Name)
		if err != nil {
			return nil, err
		}
		if !has { // a new route takes what the others have
			continue
		}
		if is, err := k.replaced(ctx, r, live); err != nil || !is {
			return nil, err
		}
		keep = &live
	}
	return keep, nil
}

// counts is the workbook that counts for a route: what lies in its place, or the version in force that is to be kept
// there. Every pass asks it, also one that puts no workbook into its place.
func (k *Versions) counts(ctx context.Context, rc Route) (*candidate, error) {
	keep, err := k.kept(ctx, rc, k.Routes)
	if err != nil || keep == nil {
		return k.lookAt(rc.File), err
	}
	c := &candidate{path: rc.File, data: keep.Body}
	k.read(c)
	return c, nil
}

// replaced: what lies in the place of a mapping was replaced by changes that people asked for, the newest of which is in
// force. What was in force before the first of them was published.
func (k *Versions) replaced(ctx context.Context, rc Route, live records.MappingContent) (bool, error) {
	cand := k.lookAt(rc.File)
	if cand.data == nil || cand.fileHash() == live.FileHash {
		return false, nil
	}
	all, err := k.Journal.ChangesOf(ctx, rc.Mapping)
	if err != nil {
		return false, err
	}
	versions, err := k.Journal.MappingVersions(ctx, rc.Name) // the newest first
	if err != nil {
		return false, err
	}
	versions = slices.DeleteFunc(versions, func(v records.MappingVersion) bool { return v.State == records.MappingRefused })
	for i := 0; i+1 < len(versions) && brought(versions, i, all); i++ {
		former := versions[i+1]
		if former.FileHash == cand.fileHash() {
			return true, nil
		}
		if cand.plan == nil {
			continue
		}
		content, err := k.Journal.MappingBytes(ctx, former.Hash)
		if err != nil {
			return false, err
		}
		if plan, _ := mapping.LoadBytes(k.Templates, rc.File, content.Body); plan != nil && plan.GuardedHash() == cand.plan.GuardedHash() {
			return true, nil
		}
	}
	return false, nil
}

// brought: a version (the newest is the first) came by a change, and not by a publication: the change was in force before
// the next version was. Where only the template has changed since, it is the change's as well.
func brought(versions []records.MappingVersion, i int, all []changes.Change) bool {
	v := versions[i]
	for _, c := range all {
		if c.FileHash != v.FileHash || !slices.Contains(c.Routes, v.Route) {
			continue
		}
		if c.State == changes.InForce && !c.Since.Before(v.Since) && (i == 0 || !c.Since.After(versions[i-1].Since)) {
			return true
		}
		if i == 0 && c.State == changes.Approved { // a pass was killed before it could take that down
			return true
		}
	}
	return i+1 < len(versions) && versions[i+1].FileHash == v.FileHash && brought(versions, i+1, all)
}
