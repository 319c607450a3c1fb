/** Which options the chosen servers have. Pure. */
import type {FilePriority} from '#model/command.ts'
import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'

/** Why an option can not be used, by the first server that does not have it; `undefined` = all have it. */
export function reasonAgainst(
  feature: string,
  servers: readonly Pick<ServerDetail, 'server_name' | 'features'>[],
): string | undefined {
  for (const {server_name: name, features} of servers) {
    const found = features?.find((it) => it.name === feature)
    if (found?.support === 'none') return text('add.not-on', {name, reason: found.reason})
  }
  return undefined
}

/** The same of a priority of files: kinds differ in which they have. */
export function reasonAgainstPriority(
  priority: FilePriority,
  servers: readonly Pick<ServerDetail, 'server_name' | 'features'>[],
): string | undefined {
  for (const {server_name: name, features} of servers) {
    const found = features?.find((it) => it.name === 'setFilePriority')
    if (found?.takes?.includes(priority) === false) return text('add.not-on', {name, reason: found.reason})
  }
  return undefined
}
