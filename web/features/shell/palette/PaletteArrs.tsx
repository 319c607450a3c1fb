import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {RefreshCw} from 'lucide-react'
import {arrsQuery} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {closeOverlay} from '../overlays.ts'
import {matching} from './palette-text.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

const SHOWN = 12

/** Goes to an Arr's page. */
export function PaletteArrs({words}: {words: string}) {
  const navigate = useNavigate()
  const {data = []} = useQuery(arrsQuery)
  const found = matching(data, words, ({name}) => name).slice(0, SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text('nav.arrs')} className={paletteGroupClass}>
      {found.map(({id, name, kind}) => (
        <PaletteItem
          key={id}
          id={`arr ${id}`}
          onChoose={() => {
            closeOverlay()
            void navigate({to: '/arrs/$id', params: {id}})
          }}
          end={kind}
        >
          <Icon icon={RefreshCw} />
          {name}
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}
