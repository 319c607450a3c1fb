import {densities, layouts} from '#model/saved-view.ts'
import {groupNames} from '#model/query.ts'
import {text} from '../../../i18n/text.ts'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Select} from '../../../ui/Select.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import type {LayoutChange, ListLayout} from '../views/list-layout.ts'
import {useOpenView} from '../views/use-open-view.ts'
import {ColumnsEditor} from './ColumnsEditor.tsx'
import {DisplayLine} from './DisplayLine.tsx'
import {SortEditor} from './SortEditor.tsx'

/** What `Select` calls "no group". */
const NONE = 'none'

/** Everything about how the list is shown. It changes at once. */
export function DisplayPanel({
  layout,
  onLayout,
}: {
  layout: ListLayout
  onLayout: (change: LayoutChange) => void
}) {
  const [{group}, change] = useTorrentsSearch()
  const open = useOpenView()
  const isPhone = usePhone()
  return (
    <div className="grid gap-3">
      {!isPhone && (
        <>
          <DisplayLine label={text('display.look')}>
            <Segmented
              label={text('display.look')}
              value={layout.layout}
              onChange={(next) => onLayout({layout: next})}
              options={layouts.map((value) => ({value, label: text(`display.layout.${value}`)}))}
            />
          </DisplayLine>
          <DisplayLine label={text('display.density')}>
            <Segmented
              label={text('display.density')}
              value={layout.density}
              onChange={(density) => onLayout({density})}
              options={densities.map((value) => ({value, label: text(`display.density.${value}`)}))}
            />
          </DisplayLine>
        </>
      )}
      <DisplayLine label={text('display.group')}>
        <Select
          label={text('display.group')}
          value={group ?? NONE}
          onChange={(picked) => change({group: picked === NONE ? undefined : picked})}
          options={[
            {value: NONE, label: text('display.group.none')},
            ...groupNames.map((value) => ({value, label: text(`display.group.${value}`)})),
          ]}
        />
      </DisplayLine>
      <SortEditor />
      {!isPhone && layout.layout === 'table' && (
        <ColumnsEditor columns={layout.columns} onColumns={(columns) => onLayout({columns})} />
      )}
      {open && (
        <p className="text-12 text-pretty text-text-3">{text('display.of-view', {name: open.name})}</p>
      )}
    </div>
  )
}
