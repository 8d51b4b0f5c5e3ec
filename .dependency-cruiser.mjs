/** The layers of README.md ("Where things are") as rules. Arrows point inward. */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'functions-do-not-import-siblings',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'functions-import-shared-only',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(infra|test)/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { pathNot: '^shared/domain/' },
    },
    {
      name: 'contracts-know-the-domain-only',
      severity: 'error',
      from: { path: '^shared/contracts/' },
      to: { path: '^shared/(adapters|platform)/|^(functions|infra|test)/' },
    },
    {
      name: 'platform-is-a-leaf',
      severity: 'error',
      from: { path: '^shared/platform/' },
      to: { path: '^shared/(domain|contracts|adapters)/|^(functions|infra|test)/' },
    },
    {
      name: 'adapters-do-not-import-outward',
      severity: 'error',
      from: { path: '^shared/adapters/' },
      to: { path: '^(functions|infra|test)/' },
    },
    {
      name: 'token-client-stands-alone',
      severity: 'error',
      comment: 'It is published: what it imports becomes a part of other code bases.',
      from: { path: '^shared/token-client/' },
      to: {
        path: '^(functions|infra|test|shared)/',
        pathNot:
          '^shared/(token-client|contracts|domain|platform|adapters/aws)/|^shared/adapters/parsing\\.ts$',
      },
    },
    {
      name: 'only-functions-use-the-token-client',
      severity: 'error',
      from: { path: '^(shared|infra)/', pathNot: '^shared/token-client/' },
      to: { path: '^shared/token-client/' },
    },
    {
      name: 'only-handlers-build-adapters',
      severity: 'error',
      comment: 'Logic receives its adapters; a type is fine.',
      from: { path: '^functions/', pathNot: '/handler\\.tsx?$' },
      to: { path: '^shared/adapters/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'infra-imports-contracts-values-and-types',
      severity: 'error',
      comment: 'Entry files are named as paths.',
      from: { path: '^infra/', pathNot: '^infra/local/' },
      to: { path: '^(functions|shared/(domain|adapters|platform))/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'neighbours-share-no-code-with-the-service',
      severity: 'error',
      from: { path: '^infra/local/(neighbours|cloud)/' },
      to: { path: '^(functions|shared)/' },
    },
    { name: 'nothing-imports-test', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(cdk\\.out|\\.local|\\.build)/' },
  },
};
