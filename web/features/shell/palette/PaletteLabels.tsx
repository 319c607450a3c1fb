import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {Command as Cmdk} from 'cmdk'
import {Folder, Tag, type LucideIcon} from 'lucide-react'
import {withChoice} from '#search-query/choices.ts'
import {labelCounts, type ValueCount} from '../../../api/torrents.ts'
import {text} from '../../../i18n/text.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {closeOverlay} from '../overlays.ts'
import {matching} from './palette-text.ts'
import {PaletteItem, paletteGroupClass} from './PaletteItem.tsx'

const SHOWN = 10

/** Shows the torrents of a category or tag. */
export function PaletteLabels({words}: {words: string}) {
  const {data} = useQuery(labelCounts)
  if (!data) return null
  return (
    <>
      <Labels field="category" icon={Folder} all={data.category} words={words} />
      <Labels field="tag" icon={Tag} all={data.tag} words={words} />
    </>
  )
}

function Labels({
  field,
  icon,
  all,
  words,
}: {
  field: 'category' | 'tag'
  icon: LucideIcon
  all: readonly ValueCount[]
  words: string
}) {
  const navigate = useNavigate()
  const named = all.filter(({value}) => value !== '')
  const found = matching(named, words, ({value}) => value).slice(0, SHOWN)
  if (found.length === 0) return null
  return (
    <Cmdk.Group heading={text(`palette.${field}`)} className={paletteGroupClass}>
      {found.map(({value, count}) => (
        <PaletteItem
          key={value}
          id={`${field} ${value}`}
          onChoose={() => {
            closeOverlay()
            void navigate({to: '/torrents', search: {q: withChoice('', field, value, 'include')}})
          }}
          end={count.toLocaleString()}
        >
          <Icon icon={icon} className="text-text-2" />
          {value}
        </PaletteItem>
      ))}
    </Cmdk.Group>
  )
}
