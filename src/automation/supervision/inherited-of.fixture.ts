/** What rules take from a configuration, as the program puts it together without Arrs that were added on the pages. */
import {withoutRoles} from '#config/categories.ts'
import type {LoadedConfig} from '#config/config.ts'
import {plainReach} from '#model/server.ts'
import {ArrDirectory} from '#registry/arrs/directory.ts'
import type {TrackerProfileInForce} from '#registry/trackers/directory.ts'
import {inheritedSections, type Inherited} from './inherited-sections.ts'

export function inheritedOf(
  {config}: Pick<LoadedConfig, 'config'>,
  profiles: readonly TrackerProfileInForce[] = [],
): Inherited {
  const directory = new ArrDirectory(
    () => null,
    () => plainReach.anywhere,
    () => true,
    {limitsOf: () => null},
  )
  directory.setFile(config)
  return inheritedSections({
    ...withoutRoles(config, directory.rolesOff),
    arrs: directory.active(),
    arrCategories: directory.categories(),
    profiles,
    compartmentOf: () => null,
    observes: false,
    hasFfprobe: true,
  })
}
