import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { references, resolve, resolveCondition, type Scope } from './intrinsics.ts';
import type { Identity, Resource } from './service.ts';
import { UnsupportedTemplate } from './service.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      properties: z
        .object({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          directoryName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** The parts of a template that have a meaning here; a macro (`Transform`) or any other section is refused. */
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
      Condition: z.string().optional(),
      // Every start is a first deploy: nothing is replaced, updated or deleted.
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      Metadata: z.unknown().optional(),
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: z.unknown(),
        Export: z.object({ Name: z.unknown() }).optional(),
        Condition: z.string().optional(),
      }),
    )
    .default({}),
  Parameters: z
    .record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  // The bootstrap version check of the CDK: there is no bootstrap stack here.
  Rules: z.unknown().optional(),
});
type Template = z.output<typeof templateSchema>;

interface Stack {
  readonly name: string;
  readonly template: Template;
}

/** A cloud assembly (`cdk.out`): the stacks of one stage in the order of their dependencies, and their assets. */
export interface Assembly {
  readonly stacks: readonly Stack[];
  /** S3 object key of an asset, as templates name it, to its folder on disk. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Reads `cdk.out`. A stack belongs to the stage when the stage is one of the words of its name
 * (`onboarding-local-service`, `local-stateful`).
 */
export function readAssembly(folder: string, stage: string): Assembly {
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  readFolder(path.resolve(folder), stage, stacks, assets);
  if (stacks.length === 0) {
    throw new Error(`${folder} holds no stack of stage "${stage}": synthesise it first (npx cdk synth)`);
  }
  return { stacks, assets };
}

function readFolder(folder: string, stage: string, stacks: Stack[], assets: Map<string, string>): void {
  const manifest = parseFile(path.join(folder, 'manifest.json'), manifestSchema);
  const done = new Set<string>();
  const visit = (id: string): void => {
    const artifact = manifest.artifacts[id];
    if (artifact === undefined || done.has(id)) return;
    done.add(id);
    for (const dependency of artifact.dependencies) visit(dependency);
    const { templateFile, stackName = id, directoryName } = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      readFolder(path.join(folder, directoryName), stage, stacks, assets);
    }
    if (artifact.type !== 'aws:cloudformation:stack' || templateFile === undefined) return;
    if (!stackName.split('-').includes(stage) && !id.split('-').includes(stage)) return;
    stacks.push({ name: stackName, template: parseFile(path.join(folder, templateFile), templateSchema) });
    readAssets(folder, templateFile.replace(/template\.json$/, 'assets.json'), assets);
  };
  for (const id of Object.keys(manifest.artifacts)) visit(id);
}

function readAssets(folder: string, file: string, assets: Map<string, string>): void {
  if (!existsSync(path.join(folder, file))) return;
  const { files } = parseFile(path.join(folder, file), assetsSchema);
  for (const asset of Object.values(files)) {
    if (asset.source.path === undefined) continue;
    const source = path.resolve(folder, asset.source.path);
    for (const { objectKey } of Object.values(asset.destinations)) assets.set(objectKey, source);
  }
}

function parseFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON: synthesise the app again`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnsupportedTemplate(
    [path.basename(file), ...(issue?.path ?? [])].join('/'),
    issue?.message ?? 'not the shape of a cloud assembly',
  );
}

/** Region, account and the like, for pseudo parameters. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/**
 * Creates every resource of every stack in the order of their references and answers the outputs by name.
 * Each output is there by its name (the last stack wins) and as `stack.name`.
 */
export async function deploy(
  assembly: Assembly,
  place: Place,
  create: (resource: Resource) => Identity | Promise<Identity>,
): Promise<Readonly<Record<string, string>>> {
  const exported = new Map<string, unknown>();
  const outputs: Record<string, string> = {};
  for (const stack of assembly.stacks) {
    const identities = new Map<string, Identity>();
    const scope = stackScope(stack, identities, exported, place);
    for (const id of creationOrder(stack)) {
      const resource = stack.template.Resources[id];
      if (resource === undefined) continue;
      const where = `${stack.name}/${id}`;
      if (resource.Condition !== undefined && !scope.condition(resource.Condition, where)) continue;
      const properties: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(resource.Properties)) {
        const resolved = resolve(value, scope, `${where}/Properties/${name}`);
        if (typeof resolved !== 'symbol') properties[name] = resolved;
      }
      identities.set(id, await create({ logicalId: id, type: resource.Type, properties, path: where }));
    }
    for (const [name, output] of Object.entries(stack.template.Outputs)) {
      const where = `${stack.name}/Outputs/${name}`;
      if (output.Condition !== undefined && !scope.condition(output.Condition, where)) continue;
      const value = resolve(output.Value, scope, where);
      if (output.Export !== undefined) exported.set(String(resolve(output.Export.Name, scope, where)), value);
      outputs[`${stack.name}.${name}`] = String(value);
      outputs[name] = String(value);
    }
  }
  return outputs;
}

/** Logical ids so that each comes after what it refers to or depends on. Throws on a circle. */
function creationOrder(stack: Stack): readonly string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string, chain: readonly string[]): void => {
    const resource = stack.template.Resources[id];
    if (resource === undefined || state.get(id) === 'done') return;
    if (state.get(id) === 'open') {
      throw new UnsupportedTemplate(
        `${stack.name}/${id}`,
        `depends on itself: ${[...chain, id].join(' → ')}`,
      );
    }
    state.set(id, 'open');
    const needs = [...references(resource.Properties), ...[resource.DependsOn].flat()];
    for (const need of needs) visit(need, [...chain, id]);
    state.set(id, 'done');
    order.push(id);
  };
  for (const id of Object.keys(stack.template.Resources)) visit(id, []);
  return order;
}

function stackScope(
  stack: Stack,
  identities: ReadonlyMap<string, Identity>,
  exported: ReadonlyMap<string, unknown>,
  place: Place,
): Scope {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': place.region,
    'AWS::AccountId': place.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stack.name}/local`,
  };
  const identity = (id: string, where: string): Identity => {
    const found = identities.get(id);
    if (found === undefined) throw new UnsupportedTemplate(where, `"${id}" is no resource of this stack`);
    return found;
  };
  const scope: Scope = {
    ref(id, where) {
      if (id.startsWith('AWS::')) {
        const value = pseudo[id];
        if (value === undefined)
          throw new UnsupportedTemplate(where, `pseudo parameter ${id} has no value here`);
        return value;
      }
      const parameter = stack.template.Parameters[id];
      if (parameter === undefined) return identity(id, where).ref;
      if (parameter.Type.startsWith('AWS::SSM::') || parameter.Default === undefined) {
        throw new UnsupportedTemplate(where, `parameter ${id} has no value here: give it a default`);
      }
      return parameter.Default;
    },
    getAtt(id, attribute, where) {
      const value = identity(id, where).attributes[attribute];
      if (value === undefined)
        throw new UnsupportedTemplate(where, `"${id}" has no attribute ${attribute} here`);
      return value;
    },
    importValue(name, where) {
      const value = exported.get(name);
      if (value === undefined)
        throw new UnsupportedTemplate(where, `no stack created before exports "${name}"`);
      return value;
    },
    condition(name, where) {
      const condition = stack.template.Conditions[name];
      if (condition === undefined)
        throw new UnsupportedTemplate(where, `condition "${name}" is not declared`);
      return resolveCondition(condition, scope, `${stack.name}/Conditions/${name}`);
    },
  };
  return scope;
}
