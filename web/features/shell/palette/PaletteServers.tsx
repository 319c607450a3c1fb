import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {useServers} from '../../../live/servers.ts'
import {text} from '../../../i18n/text.ts'
import {serverColour} from '../../../ui/server-colours.ts'
import {Swatch} from '../../../ui/Swatch.tsx'
import {closeOverlay} from '../overlays.ts'
import {matching} from './palette-text.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

const SHOWN = 12

/** Goes to a server's page. */
export function PaletteServers({words}: {words: string}) {
  const navigate = useNavigate()
  const servers = useServers() ?? []
  const found = matching(servers, words, ({server_name: name}) => name).slice(0, SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('palette.servers')} className={paletteGroupClass}>
      {found.map((server) => (
        <PaletteItem
          key={server.server_id}
          id={`server ${server.server_id}`}
          onChoose={() => {
            closeOverlay()
            void navigate({to: '/servers/$id', params: {id: server.server_id}})
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
