import {SlidersHorizontal} from 'lucide-react'
import {usePreference} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'
import {DropdownMenu} from '../../../ui/DropdownMenu.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {facetKinds} from './facet-kinds.ts'

/** How the filters are shown, for this person everywhere. */
export function FacetsOptions() {
  const [hideEmpty, setHideEmpty] = usePreference('facets.hide_empty')
  const [sizes, setSizes] = usePreference('facets.sizes')
  const [folded, setFolded] = usePreference('facets.folded')
  const sections = ['views', ...facetKinds.map(({name}) => name)]
  return (
    <DropdownMenu
      label={text('facets.options')}
      trigger={
        <button
          type="button"
          className="mt-3 flex h-[26px] w-full items-center gap-2 rounded-m px-2 text-12 text-text-3 hover:bg-press hover:text-text focus-visible:shadow-focus-in max-phone:h-11 pointer-coarse:h-11"
        >
          <Icon icon={SlidersHorizontal} size={14} />
          {text('facets.options')}
        </button>
      }
      entries={[
        {
          ...{id: 'empty', label: text('facets.hide-empty'), checked: hideEmpty, stays: true},
          onSelect: () => setHideEmpty(!hideEmpty),
        },
        {
          ...{id: 'sizes', label: text('facets.sizes'), checked: sizes, stays: true},
          onSelect: () => setSizes(!sizes),
        },
        {separator: true},
        folded.length < sections.length
          ? {id: 'fold', label: text('facets.fold-all'), onSelect: () => setFolded(sections)}
          : {id: 'unfold', label: text('facets.unfold-all'), onSelect: () => setFolded([])},
      ]}
    />
  )
}
