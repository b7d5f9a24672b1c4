// Builds `experimance-health/reporter` into out/reporter: one module for ESM and one for CommonJS, without any dependency, and
// the types of what it exports in one file that refers to no other.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const entry = join(root, 'src/reporter/index.ts');
const out = join(root, 'out/reporter');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [format, name] of [
  ['es', 'index.js'],
  ['cjs', 'index.cjs'],
]) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      // The oldest runtime that this must run on.
      target: 'node20.18',
      outDir: out,
      emptyOutDir: false,
      rollupOptions: {
        input: { index: entry },
        // Half the size to read, while a stack trace still has every name; the types carry the comments.
        output: { format, entryFileNames: name, minify: { compress: false, mangle: false, codegen: true } },
      },
    },
    // Nothing may stay outside but Node's own modules.
    ssr: { noExternal: true },
  });
}
for (const name of ['index.js', 'index.cjs']) refuseDependencies(join(out, name));

const types = bundleTypes();
for (const name of ['index.d.ts', 'index.d.cts']) writeFileSync(join(out, name), types);

/** A schema library in it would cost every service its start. */
function refuseDependencies(file) {
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles) {
    if (!fileName.startsWith('node:')) throw new Error(`${file} imports ${fileName}: only Node's own modules may be`);
  }
}

/** The declarations that the entry exports, and those that they refer to, from all the files that they are in. */
function bundleTypes() {
  const declarations = new Map();
  const nodeImports = new Set();
  const exported = [];
  for (const [path, text] of emitDeclarations()) {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      const from = statement.moduleSpecifier?.text;
      const name = statement.name?.text ?? statement.declarationList?.declarations[0]?.name.text;
      if (from?.startsWith('node:')) nodeImports.add(statement.getText());
      if (name !== undefined) declarations.set(name, [...(declarations.get(name) ?? []), statement]);
      if (path !== entry.replace(/\.ts$/, '.d.ts')) continue;
      for (const { name: its, isTypeOnly } of statement.exportClause?.elements ?? []) {
        exported.push({ name: its.text, typeOnly: isTypeOnly || statement.isTypeOnly });
      }
    }
  }
  const parts = neededFor(
    exported.map(({ name }) => name),
    declarations,
  ).map((statement) =>
    statement
      .getFullText()
      .trim()
      .replace(/^export (?=declare |interface |type )/m, ''),
  );
  const names = exported.map(({ name, typeOnly }) => (typeOnly ? `type ${name}` : name));
  return ['/// <reference types="node" />', ...nodeImports, ...parts, `export { ${names.join(', ')} };`, ''].join('\n');
}

/** The declarations of these names and of all that is named in them. */
function neededFor(names, declarations) {
  const needed = new Map();
  const want = (name) => {
    const [declaration, ...others] = declarations.get(name) ?? [];
    if (declaration === undefined || needed.has(name)) return;
    if (others.length > 0)
      throw new Error(`${name} is declared in several files: the bundle of types needs one name each`);
    needed.set(name, declaration);
    const search = (node) => {
      if (ts.isIdentifier(node)) want(node.text);
      ts.forEachChild(node, search);
    };
    search(declaration);
  };
  for (const name of names) want(name);
  return [...needed.values()];
}

/** Each source file's declarations, by the path that they would be written to. */
function emitDeclarations() {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [], files: [entry] }, ts.sys, root);
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    removeComments: false,
  });
  const declared = new Map();
  const { diagnostics, emitSkipped } = program.emit(undefined, (file, text) => declared.set(resolve(root, file), text));
  const wrong = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (emitSkipped || wrong.length > 0) {
    const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' };
    throw new Error(ts.formatDiagnostics(wrong, host));
  }
  return declared;
}
