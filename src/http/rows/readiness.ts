import type {Access} from '#model/access.ts'
import type {Readiness} from '../parts.ts'

/** Why it does not serve him yet: what concerns everybody, and servers that he may see. */
export function reasonsFor({reasons}: Readiness, access: Access): string[] {
  return reasons
    .filter(({serverId}) => serverId === null || access.may('read', serverId))
    .map(({text}) => text)
}
