import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/*
 * The table of imports (CONTRIBUTING, "Layout"). A folder may import itself and what is listed for it: folders of `src`,
 * packages, and `node:*` where it says so. `types` may be imported as types only.
 */
const ROOM = ['sources', 'checks', 'engine', 'history', 'notifications', 'settings'];
/** What rooms have in common, each a small room of its own, and which rooms may use it. */
const COMMON = { sqlite: ['history', 'notifications'], net: ['checks', 'notifications'] };
const commonTo = (room) => Object.keys(COMMON).filter((common) => COMMON[common].includes(room));
const TABLE = {
  shared: { packages: ['zod'] },
  reporter: { folders: ['shared'], node: true },
  ...Object.fromEntries(
    [...Object.keys(COMMON), ...ROOM].map((room) => [
      room,
      { folders: ['shared', ...commonTo(room)], node: true, packages: ['**', '!electron'] },
    ]),
  ),
  monitor: { folders: ['shared', 'reporter', ...ROOM], node: true, packages: ['**', '!electron'] },
  headless: { folders: ['shared', 'reporter', 'monitor', ...ROOM], node: true, packages: ['**', '!electron'] },
  cli: {
    folders: ['shared', 'reporter', 'monitor', 'headless', 'sqlite', ...ROOM],
    node: true,
    packages: ['**', '!electron'],
  },
  desktop: { folders: ['shared'], types: ['monitor', 'headless', ...ROOM], node: true, packages: ['electron'] },
  entry: { folders: ['shared', 'monitor', 'headless', 'desktop', ...ROOM], node: true, packages: ['electron'] },
  preload: { folders: ['shared'], packages: ['electron'] },
  renderer: { folders: ['shared'], packages: ['svelte', 'svelte/*', 'uplot', 'uplot/*'] },
};
const PATTERNS = {
  shared: 'src/shared',
  reporter: 'src/reporter',
  ...Object.fromEntries([...Object.keys(COMMON), ...ROOM].map((room) => [room, `src/main/${room}`])),
  headless: 'src/main/headless',
  desktop: 'src/main/desktop',
  cli: 'src/cli',
  preload: 'src/preload',
  renderer: 'src/renderer',
};
/** The plugin tells folders apart, not files: those right in `src/main` are the monitor's, `index.ts` alone is the entry. */
const elements = (filesInMain) => [
  ...Object.entries(PATTERNS).map(([type, pattern]) => ({ type, pattern })),
  { type: filesInMain, pattern: 'src/main' },
];

/** How the plugin names one of the table's entries. */
const named = (type) => ({ element: { type } });

const policies = Object.entries(TABLE).flatMap(([name, { folders = [], types = [], packages = [], node = false }]) => {
  const from = named(name);
  return [
    ...[name, ...folders].map((to) => ({ from, allow: { to: named(to) } })),
    ...types.map((to) => ({ from, allow: { to: named(to), dependency: { kind: 'type' } } })),
    ...packages.map((source) =>
      source.startsWith('!')
        ? { from, disallow: { to: { module: { origin: 'external', source: source.slice(1) } } } }
        : { from, allow: { to: { module: { origin: 'external', source } } } },
    ),
    ...(node ? [{ from, allow: { to: { module: { origin: 'core' } } } }] : []),
  ];
});

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', 'test-results/', 'resources/'] },
  js.configs.recommended,
  tseslint.configs.strict,
  svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: globals.node },
    rules: {
      'no-console': 'off',
      'no-control-regex': 'off',
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    ignores: ['src/renderer/**'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts', 'src/renderer/**'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['src/**/*.{ts,svelte}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements('monitor'),
      'boundaries/include': ['src/**/*'],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, policies }],
    },
  },
  { files: ['src/main/index.ts'], settings: { 'boundaries/elements': elements('entry') } },
);
