import {basename, dirname} from 'node:path'
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import type {LoadedConfig} from './config.ts'

/** The smallest section of each kind that a client speaks; every one of them can be used as it stands. */
export const firstSections = serverKinds.map((kind) => clientKinds[kind].section.example).join('\n')

/** What to say when there is no configuration: that none is needed, what one looks like, and where it goes. */
export function firstSteps({expectedPath}: Pick<LoadedConfig, 'expectedPath'>): string {
  return `There is no configuration file, and none is needed: servers are added in the pages and kept in the database.

If you would rather write them down, put a file named ${basename(expectedPath)} into ${dirname(expectedPath)} with them, for example:

${firstSections.trimEnd().replaceAll(/^(?=.)/gm, '    ')}

One section for each server, under any name after the dash; leave out the kinds you do not have.
A config.toml of qBitrr can be used as it is. The file is noticed while Commodarr runs: no restart needed.
To try Commodarr without any server, start it with --demo.`
}
