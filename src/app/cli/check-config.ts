import type {LoadedConfig} from '#config/config.ts'
import {findingsExitCode, renderFindings} from '#config/edit/render.ts'
import {differencesOf} from '#qbitrr-migration/differences/differences.ts'
import {isInherited} from '#qbitrr-migration/inherited.ts'
import {findOldFolder} from '#qbitrr-migration/old-folder.ts'
import {renderDifferences} from '#qbitrr-migration/render.ts'
import type {CheckOptions} from './arguments.ts'
import {checkConnections, renderConnections} from './check-connections.ts'
import {loadFor} from './place.ts'

/**
 * `npm start -- check-config`: what will be different for who comes from the older program, then every finding with line
 * and key. @returns the exit code, 1 also when something that is on does not answer
 */
export async function checkConfig(options: CheckOptions): Promise<number> {
  const loaded = await loadFor(options, process.env)
  const connections = options.connect ? await checkConnections(loaded.config) : []
  const texts = [
    ...(await moveInTexts(loaded, options)),
    ...(options.connect ? [renderConnections(connections)] : []),
    renderFindings(loaded, options),
  ]
  process.stdout.write(`${texts.filter((text) => text !== '').join('\n\n')}\n`)
  return connections.every(({ok}) => ok) ? findingsExitCode(loaded) : 1
}

async function moveInTexts(
  loaded: LoadedConfig,
  {color, fromQbitrr}: Pick<CheckOptions, 'color' | 'fromQbitrr'>,
): Promise<readonly string[]> {
  const folder = await findOldFolder(loaded)
  if (!fromQbitrr && !isInherited(loaded, folder)) return []
  const databases = folder?.databases.map(({path}) => path) ?? []
  return [
    renderDifferences(differencesOf(loaded), {color}),
    databases.length > 0
      ? `What qBitrr remembered is taken over at the first start: ${databases.join(', ')}`
      : '',
  ]
}
