// Says what Go's golang.org/x/mod/sumdb makes of notes and proofs: a JSON of questions on standard
// input, one of answers on standard output.
package main

import (
	"encoding/json"
	"log"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type questions struct {
	Notes []struct {
		Key  string
		Note []byte
	}
	ToSign     []struct{ Secret, Text string }
	Inclusions []struct {
		Index, Size int64
		Leaf, Root  []byte
		Proof       [][]byte
	}
	Growths []struct {
		Old, New         int64
		OldRoot, NewRoot []byte
		Proof            [][]byte
	}
	Entries [][]byte
}

type answers struct {
	Notes, Inclusions, Growths []bool
	Signed                     []string
	Roots                      [][]byte
}

func hash(raw []byte) (h tlog.Hash) {
	if len(raw) != len(h) {
		log.Fatal("a hash has 32 bytes")
	}
	copy(h[:], raw)
	return h
}

func hashes(raw [][]byte) (all []tlog.Hash) {
	for _, each := range raw {
		all = append(all, hash(each))
	}
	return all
}

func isSigned(key string, whole []byte) bool {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		log.Fatal(err)
	}
	_, err = note.Open(whole, note.VerifierList(verifier))
	return err == nil
}

func signed(secret, text string) string {
	signer, err := note.NewSigner(secret)
	if err != nil {
		log.Fatal(err)
	}
	whole, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		log.Fatal(err)
	}
	return string(whole)
}

// roots gives the root after each entry.
func roots(entries [][]byte) (all [][]byte) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (read []tlog.Hash, err error) {
		for _, each := range indexes {
			read = append(read, stored[each])
		}
		return read, nil
	})
	for at, entry := range entries {
		more, err := tlog.StoredHashes(int64(at), entry, reader)
		if err != nil {
			log.Fatal(err)
		}
		stored = append(stored, more...)
		root, err := tlog.TreeHash(int64(at+1), reader)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, append([]byte{}, root[:]...))
	}
	return all
}

func main() {
	var asked questions
	var told answers
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	for _, each := range asked.Notes {
		told.Notes = append(told.Notes, isSigned(each.Key, each.Note))
	}
	for _, each := range asked.ToSign {
		told.Signed = append(told.Signed, signed(each.Secret, each.Text))
	}
	for _, each := range asked.Inclusions {
		err := tlog.CheckRecord(hashes(each.Proof), each.Size, hash(each.Root), each.Index, hash(each.Leaf))
		told.Inclusions = append(told.Inclusions, err == nil)
	}
	for _, each := range asked.Growths {
		err := tlog.CheckTree(hashes(each.Proof), each.New, hash(each.NewRoot), each.Old, hash(each.OldRoot))
		told.Growths = append(told.Growths, err == nil)
	}
	told.Roots = roots(asked.Entries)
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		log.Fatal(err)
	}
}
