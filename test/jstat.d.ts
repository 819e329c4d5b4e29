/** The part of jstat that tests compare with; the package has no types of its own. */
declare module 'jstat' {
  const jstat: { readonly jStat: { readonly normal: { cdf(x: number, mean: number, deviation: number): number } } };
  export default jstat;
}
