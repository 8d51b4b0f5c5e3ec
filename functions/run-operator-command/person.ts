/**
 * Who is behind the ARN of a caller, where it counts that two decisions come from two people. A session's name proves
 * nothing: whoever may assume a role chooses it himself. Only IAM Identity Center sets it to the name of the user who
 * signed in, and its roles cannot be assumed otherwise. So all sessions of any other role are one person, and so is
 * one user of Identity Center, whatever his permission sets.
 */
export function personOf(callerArn: string): string {
  const [, prefix, resource = ''] = /^(arn:[^:]*:[^:]*:[^:]*:[^:]*):(.*)$/.exec(callerArn) ?? [];
  const [kind, role = '', session = ''] = resource.split('/');
  if (kind === 'assumed-role' && role.startsWith('AWSReservedSSO_') && session !== '') {
    return `identity-center/${session.toLowerCase()}`;
  }
  if (kind === 'assumed-role') return `${prefix}:assumed-role/${role}`;
  // GetFederationToken: the name is the caller's choice too.
  return kind === 'federated-user' ? `${prefix}:federated-user` : callerArn;
}
