import {useVirtualizer} from '@tanstack/react-virtual'
import {useRef, useState} from 'react'
import {useCoarsePointer, usePhone} from '../../../ui/use-media.ts'
import type {FacetClick} from './facet-choice.ts'
import type {FacetKind} from './facet-kinds.ts'
import type {FacetValue} from './facet-values.ts'
import {FacetRow} from './FacetRow.tsx'
import {useFacetArrows} from './use-facet-arrows.ts'

interface FacetListProps {
  readonly kind: FacetKind
  readonly values: readonly FacetValue[]
  readonly labelOf: (value: string) => string
  readonly hasSizes: boolean
  readonly emptyWords: string
  readonly labelledBy: string
  readonly onClick: (click: FacetClick) => void
}

/** From so many on only those in sight are in the page. */
const VIRTUAL_FROM = 200

/** The values of a section, with one tab stop: arrows go on from it. */
export function FacetList({emptyWords, labelledBy, ...list}: FacetListProps) {
  const {values} = list
  const [tabStop, setTabStop] = useState('')
  const stop = values.some(({value}) => value === tabStop) ? tabStop : values[0]?.value
  const box = useRef<HTMLDivElement>(null)
  const arrows = useFacetArrows(box)
  if (values.length === 0) return <p className="px-2 py-1 text-12 text-text-3">{emptyWords}</p>
  const row = (value: FacetValue) => (
    <FacetRow
      key={value.value}
      kind={list.kind}
      value={value}
      label={list.labelOf(value.value)}
      hasSize={list.hasSizes}
      isTabStop={value.value === stop}
      onClick={list.onClick}
      onFocus={setTabStop}
    />
  )
  return (
    // Arrow keys move among the buttons in it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/prefer-tag-over-role
    <div ref={box} role="group" aria-labelledby={labelledBy} onKeyDown={arrows}>
      {values.length > VIRTUAL_FROM ? <LongList values={values} row={row} /> : values.map(row)}
    </div>
  )
}

function LongList({
  values,
  row,
}: {
  values: readonly FacetValue[]
  row: (value: FacetValue) => React.ReactNode
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const isTall = [usePhone(), useCoarsePointer()].some(Boolean)
  const height = isTall ? 44 : 26
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: values.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
  })
  return (
    <div ref={scroller} className="max-h-[40dvh] overflow-y-auto overscroll-contain rounded-m">
      <div className="relative" style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map(({index, start}) => (
          <div key={values[index]!.value} className="absolute inset-x-0" style={{top: start}}>
            {row(values[index]!)}
          </div>
        ))}
      </div>
    </div>
  )
}
