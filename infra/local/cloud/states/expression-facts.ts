/** What an expression uses from outside itself, and what Step Functions would refuse in it; read off its syntax tree. */
export interface ExpressionFacts {
  /** State machine variables, without `$`; functions of JSONata and Step Functions are not among them. */
  readonly variables: ReadonlySet<string>;
  /** Each use of `$states` as its path, e.g. `['context', 'Task', 'Token']`. */
  readonly states: readonly (readonly string[])[];
  readonly problems: readonly string[];
}

/** JSONata 2.0.6's functions and those of Step Functions; `$eval` is left out by both the service and us. */
const FUNCTIONS = new Set(
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match
  contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power
  boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type
  sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis
  fromMillis clone now millis random partition range hash uuid parse`.split(/\s+/),
);

type Node = Record<string, unknown>;

export function analyse(ast: unknown): ExpressionFacts {
  const reader = new Reader();
  reader.read(ast, new Set(), false);
  return reader;
}

/**
 * Walks the tree with the names in scope. `hasContext` says whether `$` and field names have something to refer to:
 * at the top they would mean the input document, which Step Functions does not supply (spec, "JSONata Restrictions").
 */
class Reader implements ExpressionFacts {
  readonly variables = new Set<string>();
  readonly states: (readonly string[])[] = [];
  readonly problems: string[] = [];

  read(value: unknown, scope: Set<string>, hasContext: boolean): void {
    if (Array.isArray(value)) {
      for (const item of value) this.read(item, scope, hasContext);
      return;
    }
    if (!isNode(value)) return;
    this.#readKind(value, scope, hasContext);
    this.#readFilters(value, scope);
  }

  #readKind(node: Node, scope: Set<string>, hasContext: boolean): void {
    const again = (part: unknown) => this.read(part, scope, hasContext);
    switch (node.type) {
      case 'path':
        this.#readPath(nodes(node.steps), node, scope, hasContext);
        break;
      case 'variable':
        this.#readVariable(String(node.value), scope, hasContext);
        break;
      case 'name':
      case 'wildcard':
      case 'descendant':
      case 'parent':
        if (!hasContext) {
          this.problems.push(
            `'${node.value ?? '%'}' has no input to refer to; begin with $states.input or a variable`,
          );
        }
        break;
      case 'block':
        this.#readBlock(nodes(node.expressions), new Set(scope), hasContext);
        break;
      case 'bind':
        again(node.rhs);
        this.#bind(node.lhs, scope);
        break;
      case 'lambda': {
        const inner = new Set(scope);
        for (const parameter of nodes(node.arguments)) this.#bind(parameter, inner);
        this.read(node.body, inner, hasContext);
        break;
      }
      case 'condition':
        this.#refuseNewOperators(node);
        again([node.condition, node.then, node.else]);
        break;
      case 'transform':
        this.read([node.pattern, node.update, node.delete], scope, true);
        break;
      case 'sort':
        for (const term of nodes(node.terms)) this.read(term.expression, scope, true);
        break;
      default:
        // binary, apply, unary, function, partial: parts in the same scope; literals have none.
        again([node.procedure, node.arguments, node.lhs, node.rhs, node.expression, node.expressions]);
    }
  }

  #readPath(steps: readonly Node[], path: Node, scope: Set<string>, hasContext: boolean): void {
    const inner = new Set(scope);
    const [first, ...rest] = steps;
    if (first?.type === 'variable' && first.value === 'states' && !scope.has('states')) {
      const fields: string[] = [];
      for (const step of rest) {
        if (step.type !== 'name') break;
        fields.push(String(step.value));
        if (step.stages !== undefined || step.predicate !== undefined) break;
      }
      this.states.push(fields);
      this.#readFilters(first, inner);
    } else {
      this.read(first, inner, hasContext);
    }
    for (const step of rest) this.read(step, inner, true);
    if (isNode(path.group)) this.read(path.group.lhs, inner, true);
  }

  #readVariable(name: string, scope: Set<string>, hasContext: boolean): void {
    if (name === '$') this.problems.push('$$ is not available; begin with $states.input or a variable');
    else if (name === '' && !hasContext)
      this.problems.push('$ has no input to refer to; begin with $states.input or a variable');
    else if (name === 'eval')
      this.problems.push('$eval is not available in Step Functions; use $parse for JSON texts');
    else if (name === '' || scope.has(name)) return;
    else if (name === 'states') this.states.push([]);
    else if (!FUNCTIONS.has(name)) this.variables.add(name);
  }

  #readBlock(expressions: readonly Node[], scope: Set<string>, hasContext: boolean): void {
    // A function may call itself and the ones defined after it.
    for (const expression of expressions) {
      if (expression.type === 'bind' && isNode(expression.rhs) && expression.rhs.type === 'lambda')
        this.#bind(expression.lhs, scope);
    }
    for (const expression of expressions) this.read(expression, scope, hasContext);
  }

  /** Predicates, stages, grouping and the variables that `@` and `#` introduce; the latter hold for later steps. */
  #readFilters(node: Node, scope: Set<string>): void {
    for (const name of [node.focus, node.index]) if (typeof name === 'string') scope.add(name);
    for (const filter of [...nodes(node.predicate), ...nodes(node.stages)]) {
      if (filter.type === 'index') scope.add(String(filter.value));
      else this.read(filter.expr, scope, true);
    }
    if (node.type !== 'path' && isNode(node.group)) this.read(node.group.lhs, scope, true);
  }

  #bind(variable: unknown, scope: Set<string>): void {
    if (!isNode(variable)) return;
    const name = String(variable.value);
    if (name === 'states' || name === 'eval') this.problems.push(`$${name} cannot be assigned`);
    scope.add(name);
  }

  /**
   * `?:` and `??` came with JSONata 2.1, the service has 2.0.6. The parser turns both into conditions whose `then` is
   * a copy of what is tested, positions included, which a hand-written condition cannot be.
   */
  #refuseNewOperators({ condition, then }: Node): void {
    const copy = JSON.stringify(then);
    if (JSON.stringify(condition) === copy)
      this.problems.push('the operator ?: is JSONata 2.1; Step Functions has 2.0.6');
    else if (isNode(condition) && isNode(condition.procedure) && condition.procedure.value === 'exists') {
      if (JSON.stringify(nodes(condition.arguments)[0]) === copy)
        this.problems.push('the operator ?? is JSONata 2.1; Step Functions has 2.0.6');
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}
