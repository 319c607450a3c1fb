/** Pages of one column that scroll by themselves. */
export const pageClass =
  'h-full overflow-y-auto px-8 pt-6 pb-12 max-phone:px-3.5 max-phone:pt-4 max-phone:pb-8'
