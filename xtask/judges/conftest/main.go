// Prints what conftest's own readers make of the texts below a folder, KIND/NAME.txt, one a line:
// {"path": …, "value": …} or {"path": …, "error": …}. Only the readers are built: conftest as a whole
// brings some hundred modules more, and prints the same.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/open-policy-agent/conftest/parser/docker"
	dotenv "github.com/open-policy-agent/conftest/parser/dotenv"
	"github.com/open-policy-agent/conftest/parser/hcl2"
	"github.com/open-policy-agent/conftest/parser/ini"
	strict "github.com/open-policy-agent/conftest/parser/json"
	"github.com/open-policy-agent/conftest/parser/jsonc"
	"github.com/open-policy-agent/conftest/parser/properties"
	"github.com/open-policy-agent/conftest/parser/toml"
	"github.com/open-policy-agent/conftest/parser/yaml"
)

type reader interface {
	Unmarshal(text []byte, value any) error
}

var readers = map[string]reader{
	"dockerfile": &docker.Parser{},
	"dotenv":     &dotenv.Parser{},
	"hcl":        &hcl2.Parser{},
	"ini":        &ini.Parser{},
	"json":       &strict.Parser{},
	"jsonc":      &jsonc.Parser{},
	"properties": &properties.Parser{},
	"toml":       &toml.Parser{},
	"yaml":       &yaml.Parser{},
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder string) error {
	paths, err := filepath.Glob(filepath.Join(folder, "*", "*.txt"))
	if err != nil {
		return err
	}
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		value, err := read(filepath.Base(filepath.Dir(path)), text)
		if err == nil {
			// Infinity is a value to a reader, and none to JSON.
			err = answers.Encode(map[string]any{"path": path, "value": value})
		}
		if err != nil {
			err = answers.Encode(map[string]any{"path": path, "error": err.Error()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func read(kind string, text []byte) (value any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	reader, ok := readers[kind]
	if !ok {
		return nil, fmt.Errorf("there is no reader of %s", kind)
	}
	err = reader.Unmarshal(text, &value)
	return value, err
}
