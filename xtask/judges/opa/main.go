// Answers as OPA does, a line of JSON for each line on standard input:
//
//	{"policies": {PATH: TEXT, …}, "data": {…}, "strict": BOOL}  what is asked from now on: {}
//	{"package": "main", "input": …}  what its rules find: {"found": {"main.deny_x": […], …}}
//	{"value": "data.t.r", "input": …}  a value, if there is one: {"value": …}, {}
//
// What can't be answered is {"error": …}.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

type question struct {
	Policies map[string]string `json:"policies"`
	Data     map[string]any    `json:"data"`
	Strict   bool              `json:"strict"`
	Package  string            `json:"package"`
	Value    string            `json:"value"`
	Input    any               `json:"input"`
}

// Those of conftest, and one of ours.
var role = regexp.MustCompile(`^(deny|violation|needs_approval|warn)(_[a-zA-Z0-9]+)*$`)

type judge struct {
	options  []func(*rego.Rego)
	modules  map[string]*ast.Module
	prepared map[string]rego.PreparedEvalQuery
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder := json.NewDecoder(lines)
	decoder.UseNumber()
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	var judge judge
	for decoder.More() {
		var question question
		answer := map[string]any{}
		err := decoder.Decode(&question)
		if err == nil {
			answer, err = judge.answer(question)
		}
		if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (judge *judge) answer(question question) (map[string]any, error) {
	if question.Policies != nil {
		return map[string]any{}, judge.load(question)
	}
	query, name := question.Value, "value"
	if question.Package != "" {
		query, name = judge.rules(question.Package), "found"
	}
	value, err := judge.value(query, question.Input)
	if err != nil || value == nil {
		return map[string]any{}, err
	}
	return map[string]any{name: *value}, nil
}

func (judge *judge) load(question question) error {
	if question.Data == nil {
		question.Data = map[string]any{}
	}
	judge.modules = map[string]*ast.Module{}
	judge.prepared = map[string]rego.PreparedEvalQuery{}
	judge.options = []func(*rego.Rego){
		rego.Store(inmem.NewFromObject(question.Data)),
		rego.StrictBuiltinErrors(question.Strict),
	}
	for path, text := range question.Policies {
		module, err := ast.ParseModule(path, text)
		if err != nil {
			return err
		}
		judge.modules[path] = module
		judge.options = append(judge.options, rego.ParsedModule(module))
	}
	return nil
}

// The values of all rules of a package, and of those below it, that find something.
func (judge *judge) rules(name string) string {
	entries := map[string]string{}
	for _, module := range judge.modules {
		way := strings.TrimPrefix(module.Package.Path.String(), "data.")
		if way != name && !strings.HasPrefix(way, name+".") {
			continue
		}
		for _, rule := range module.Rules {
			if rule := rule.Head.Ref().String(); role.MatchString(rule) {
				entries[way+"."+rule] = fmt.Sprintf("%q: data.%s.%s", way+"."+rule, way, rule)
			}
		}
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry)
	}
	sort.Strings(all)
	return "{" + strings.Join(all, ", ") + "}"
}

func (judge *judge) value(query string, input any) (*any, error) {
	context := context.Background()
	prepared, ok := judge.prepared[query]
	if !ok {
		var err error
		options := append([]func(*rego.Rego){rego.Query("flagstone_value = " + query)}, judge.options...)
		prepared, err = rego.New(options...).PrepareForEval(context)
		if err != nil {
			return nil, err
		}
		judge.prepared[query] = prepared
	}
	results, err := prepared.Eval(context, rego.EvalInput(input))
	if err != nil || len(results) == 0 {
		return nil, err
	}
	value := results[0].Bindings["flagstone_value"]
	return &value, nil
}
