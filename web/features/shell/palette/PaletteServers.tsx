import {useMutation} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {Eye, Gauge, type LucideIcon} from 'lucide-react'
import type {LiveServer} from '#model/live.ts'
import {usePreference} from '../../../api/preferences.ts'
import {changeLimits, changeServer, useServerCards} from '../../../api/servers.ts'
import {alsoCalled, text, type TextKey} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useServers} from '../../../live/servers.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import {Kbd} from '../../../ui/Kbd.tsx'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {useOffered} from '../../commands/commands.ts'
import {keysOf, shownKeys} from '../../commands/key-names.ts'
import {closeOverlay} from '../../commands/overlays.ts'
import {changeEntries, removeEntry} from '../../servers/list/use-server-menu.ts'
import {askWhom} from '../../servers/server-words.ts'
import {setServerScope} from '../../servers/switcher/scope.ts'
import {named, namesOne, type Named} from './palette-entries.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

export function foundServers(servers: readonly LiveServer[], words: string): readonly LiveServer[] {
  const kinds = ({server_type: kind, server_tags: tags}: LiveServer) => [kind, ...tags]
  return named(
    servers,
    words,
    ({server_name: name}) => name,
    () => [],
    kinds,
  ).map(({one}) => one)
}

const SERVERS_SHOWN = 12

/** Goes to a server's page. */
export function PaletteServers({words}: {words: string}) {
  const navigate = useNavigate()
  const servers = useServers() ?? []
  const found = foundServers(servers, words).slice(0, SERVERS_SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('palette.servers')} className={paletteGroupClass}>
      {found.map((server) => (
        <PaletteItem
          key={server.server_id}
          id={`server ${server.server_id}`}
          onPick={() => {
            closeOverlay()
            void navigate({to: '/settings/servers/$id', params: {id: server.server_id}})
          }}
          end={server.server_type}
        >
          <Swatch
            colour={serverColour(server.colour, servers.indexOf(server))}
            isHollow={server.status !== 'online'}
          />
          {server.server_name}
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}

/** Something that can be done with one server. */
interface ServerCommand {
  readonly id: string
  /** "Turn off: seedbox". */
  readonly label: string
  readonly others: readonly string[]
  readonly icon: LucideIcon | undefined
  readonly isDanger: boolean
  /** Keys that do the same, as people read them. */
  readonly keys: readonly string[]
  /** Why it cannot be done now; `null` = it can. */
  readonly reason: string | null
  readonly run: () => void
}

/** What can be done with servers that the words name: what one of many can do is there for who asks for it. */
export function useServerCommands(words: string): readonly Named<ServerCommand>[] {
  const servers = useServers() ?? []
  const cards = useServerCards()
  const offered = useOffered()
  const [own] = usePreference('hotkeys')
  const onError = (error: Error) => toast({text: error.message, tone: 'bad'})
  const {mutate: change} = useMutation({mutationFn: (work: () => Promise<unknown>) => work(), onError})
  const commands = servers.filter(namesOne(words, ({server_name: name}) => name)).flatMap((server) => {
    const {server_id: id, server_name: name, access, alt_speed: isSlow} = server
    const only = offered.find((it) => it.id === `server ${servers.indexOf(server) + 1}`)
    const askOwner = access === 'own' ? null : askWhom(cards.get(id)?.owner?.name)
    const one = (what: string, label: TextKey, rest: Partial<ServerCommand>): ServerCommand => ({
      id: `${what} ${id}`,
      label: text('palette.server.do', {do: text(label), name}),
      others: alsoCalled(label),
      icon: undefined,
      isDanger: false,
      keys: [],
      reason: askOwner,
      run: () => undefined,
      ...rest,
    })
    return [
      one('only', 'palette.server.only', {
        icon: Eye,
        keys: only === undefined ? [] : keysOf(only, own).slice(0, 1),
        reason: null,
        run: () => setServerScope([id]),
      }),
      ...(isSlow === undefined
        ? []
        : [
            one('slow', isSlow ? 'palette.server.fast' : 'palette.server.slow', {
              icon: Gauge,
              run: () => change(() => changeLimits(id, {alt_speed: !isSlow})),
            }),
          ]),
      ...[
        ...changeEntries(server, (patch) => change(() => changeServer(id, patch))),
        removeEntry(server),
      ].map(({id: what, icon, danger, checked, onSelect}) =>
        one(what, `server.do.${what}`, {
          icon,
          isDanger: danger === true,
          reason: askOwner ?? (checked === true ? text('palette.server.is-default') : null),
          run: onSelect,
        }),
      ),
    ]
  })
  return named(
    commands,
    words,
    ({label}) => label,
    ({others}) => others,
    () => [],
  )
}

const COMMANDS_SHOWN = 12

/** Changes one server, or shows it alone. */
export function PaletteServerCommands({words}: {words: string}) {
  const found = useServerCommands(words).slice(0, COMMANDS_SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('palette.server.commands')} className={paletteGroupClass}>
      {found.map(({one: {id, label, icon, isDanger, keys, reason, run}, also}) => {
        const ink = isDanger && reason === null ? 'text-st-error' : undefined
        return (
          <PaletteItem
            key={id}
            id={`server command ${id}`}
            reason={reason}
            onPick={() => {
              // First the palette goes and gives the focus back, then what may open a dialog of its own.
              closeOverlay()
              queueMicrotask(run)
            }}
            end={keys.map((its) => (
              <Kbd key={its} keys={shownKeys(its)} />
            ))}
          >
            {icon !== undefined && <Icon icon={icon} className={ink ?? 'text-text-2'} />}
            <span className={joined('shrink-0', ink)}>{label}</span>
            {also !== null && (
              <span className="min-w-0 text-12 text-pretty text-text-3">
                {text('palette.also', {words: also})}
              </span>
            )}
          </PaletteItem>
        )
      })}
    </Cmdk.Group>
  )
}
