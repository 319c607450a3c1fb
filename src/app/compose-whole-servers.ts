/** What hangs on all torrents of a server together, with the categories that it has to have. */
import {ruleActor} from '#executor/rule-entry.ts'
import type {CommandExecutor} from '#executor/executor.ts'
import type {Acting} from '#model/access.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import type {PeopleOfApp} from './compose-people.ts'
import type {RightsOfApp} from './compose-rights.ts'
import type {RuleConfig} from '#automation/supervision/inherited-sections.ts'
import {spaceOf} from '#automation/supervision/presets-in-force.ts'
import {WholeServers, type WholeServersParts} from '#automation/whole-server/whole-servers.ts'

type Composed = 'space' | 'categories' | 'wanted' | 'makeCategory'

export interface WholeServersOfAppParts extends Omit<WholeServersParts, Composed> {
  readonly config: () => RuleConfig
  readonly observes: () => boolean
  readonly arrs: Pick<PeopleOfApp['arrDirectory'], 'active'>
  readonly reaches: RightsOfApp['reaches']
  /** `null` = nobody knows it. */
  readonly server: (id: ServerId) => ServerView | null
  readonly executor: Pick<CommandExecutor, 'runOnServer'>
  readonly access: Acting['access']
}

export function wholeServersOfApp(parts: WholeServersOfAppParts): WholeServers {
  const {config, observes, server, executor, access} = parts
  return new WholeServers({
    ...parts,
    space: () => spaceOf(config()),
    categories(id) {
      const view = server(id)
      const canMake = view?.features && view.features.createCategory.support !== 'none'
      return view && canMake ? view.categories.map(({name}) => name) : undefined
    },
    wanted: (id) => ({
      names: observes() ? [] : categoriesOn(id, parts),
      root: config().settings.CompletedDownloadFolder,
    }),
    makeCategory: (id, name, savePath) =>
      executor.runOnServer({actor: ruleActor('Categories'), access}, id, {
        verb: 'createCategory',
        args: {name, ...(savePath !== null && {savePath})},
      }),
  })
}

/** Those of Arrs that may have torrents there, and those that are managed there. */
function categoriesOn(id: ServerId, {arrs, reaches, config}: WholeServersOfAppParts): readonly string[] {
  const mayBeThere = arrs.active().filter(({ownerId}) => reaches(ownerId, id))
  return [
    ...mayBeThere.map(({config: {Category}}) => Category),
    ...(config().serverRules.get(id)?.ManagedCategories ?? []),
  ]
}
