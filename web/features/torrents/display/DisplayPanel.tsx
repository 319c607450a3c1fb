import {ArrowDown, ArrowUp} from 'lucide-react'
import type {ReactNode} from 'react'
import {groupNames} from '#model/query.ts'
import {densities, layouts} from '#model/saved-view.ts'
import {text} from '../../../i18n/text.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Segmented} from '../../../ui/Segmented.tsx'
import {Select} from '../../../ui/Select.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {columns} from '../columns.ts'
import {readSort, standardSort, writeSort} from '../table/sort-keys.ts'
import {useTorrentsSearch} from '../use-torrents-search.ts'
import type {LayoutChange, ListLayout} from '../views/list-layout.ts'
import {useOpenView} from '../views/use-open-view.ts'
import {ColumnsEditor} from './ColumnsEditor.tsx'
import {withDirection, withKey} from './sort-choice.ts'

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

const places = ['first', 'second', 'third'] as const
const NO_KEY = ''

const sortable = columns.filter((column) => column.sort !== null)

/** By what the list is sorted: first, then, and then. */
function SortEditor() {
  const [{sort = standardSort}, change] = useTorrentsSearch()
  const keys = readSort(sort)
  const write = (next: typeof keys) => change({sort: writeSort(next) || undefined})
  return (
    <>
      {places.slice(0, keys.length + 1).map((place, at) => {
        const key = keys[at]
        const label = text(at === 0 ? 'display.sort.first' : 'display.sort.then')
        const others = new Set(keys.filter((it) => it !== key).map(({by}) => by))
        return (
          <DisplayLine key={place} label={label}>
            <Select
              label={label}
              value={key?.by ?? NO_KEY}
              onChange={(by) => write(withKey(keys, at, by === NO_KEY ? null : by))}
              options={[
                ...(at === 0 ? [] : [{value: NO_KEY, label: text('display.sort.nothing')}]),
                ...sortable
                  .filter((column) => !others.has(column.sort!))
                  .map((column) => ({value: column.sort!, label: text(column.title)})),
              ]}
            />
            {key && (
              <IconButton
                label={text(key.isDown ? 'display.sort.down' : 'display.sort.up')}
                icon={key.isDown ? ArrowDown : ArrowUp}
                onClick={() => write(withDirection(keys, at, !key.isDown))}
              />
            )}
          </DisplayLine>
        )
      })}
    </>
  )
}

/** A setting of the list: its name at the left, what can be chosen at the right. */
function DisplayLine({label, children}: {label: string; children: ReactNode}) {
  return (
    <div className="grid grid-cols-[84px_minmax(0,1fr)] items-center gap-2">
      <span className="text-12 text-text-2">{label}</span>
      <div className="flex min-w-0 items-center justify-end gap-1">{children}</div>
    </div>
  )
}
