<?xml version="1.0" encoding="UTF-8"?>
<!-- Verdicts by severity, the requirements, the clauses of standards, deviations. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <xsl:template name="matrix">
    <section aria-labelledby="matrix">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'matrix'"/><xsl:with-param name="number" select="4"/></xsl:call-template>
      <xsl:for-each select="$assessment/packs/pack">
        <h3><xsl:call-template name="title"><xsl:with-param name="key" select="concat('pack|', @id)"/></xsl:call-template></h3>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="matrix"><table class="matrix">
          <thead><tr>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'severity'"/></xsl:call-template>
            <xsl:call-template name="matrix-head"/>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'total'"/><xsl:with-param name="class" select="'figure'"/></xsl:call-template>
          </tr></thead>
          <tbody>
            <xsl:for-each select="tally/of">
              <tr>
                <th scope="row"><xsl:call-template name="severity"><xsl:with-param name="name" select="@severity"/></xsl:call-template></th>
                <xsl:call-template name="matrix-cells"/>
              </tr>
            </xsl:for-each>
          </tbody>
          <tfoot>
            <xsl:for-each select="tally">
              <tr><th scope="row"><xsl:call-template name="label"><xsl:with-param name="id" select="'total'"/></xsl:call-template></th>
              <xsl:call-template name="matrix-cells"/></tr>
            </xsl:for-each>
          </tfoot>
        </table></div>
      </xsl:for-each>
    </section>
  </xsl:template>

  <xsl:template name="matrix-head">
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.fail'"/></xsl:call-template></th>
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.error'"/></xsl:call-template></th>
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.unknown'"/></xsl:call-template></th>
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.notchecked'"/></xsl:call-template></th>
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.pass'"/></xsl:call-template></th>
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.notapplicable'"/></xsl:call-template></th>
    <th scope="col" class="figure"><xsl:call-template name="say"><xsl:with-param name="id" select="'verdict.notselected'"/></xsl:call-template></th>
  </xsl:template>

  <xsl:template name="matrix-cells">
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@fail"/><xsl:with-param name="class" select="'fail'"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@error"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@unknown"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@notchecked"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@pass"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@notapplicable"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="n" select="@notselected"/></xsl:call-template>
    <td class="figure total"><xsl:value-of select="@fail + @error + @unknown + @notchecked + @pass + @notapplicable + @notselected + @informational"/></td>
  </xsl:template>

  <xsl:template name="cell">
    <xsl:param name="n"/>
    <xsl:param name="class" select="'some'"/>
    <td>
      <xsl:attribute name="class">figure <xsl:choose><xsl:when test="$n = 0">zero</xsl:when><xsl:otherwise><xsl:value-of select="$class"/></xsl:otherwise></xsl:choose></xsl:attribute>
      <xsl:value-of select="$n"/>
    </td>
  </xsl:template>

  <!-- rows are in the order of severity; a script adds search, filter and sort -->
  <xsl:template name="requirements">
    <section aria-labelledby="requirements">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'requirements'"/><xsl:with-param name="number" select="5"/></xsl:call-template>
      <!-- words for the script -->
      <div hidden="hidden">
        <span id="word-search"><xsl:call-template name="label"><xsl:with-param name="id" select="'search'"/></xsl:call-template></span>
        <span id="word-all"><xsl:call-template name="label"><xsl:with-param name="id" select="'all'"/></xsl:call-template></span>
      </div>
      <xsl:for-each select="$assessment/packs/pack">
        <h3><xsl:call-template name="title"><xsl:with-param name="key" select="concat('pack|', @id)"/></xsl:call-template></h3>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="requirements"><table class="sortable">
          <thead><tr>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'id'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'title'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'severity'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'verdict'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'controls'"/></xsl:call-template>
          </tr></thead>
          <tbody>
            <xsl:for-each select="requirement">
              <xsl:sort data-type="number" select="string-length(substring-before('|fail|error|unknown|notchecked|pass|notapplicable|notselected|informational|', concat('|', @verdict, '|')))"/>
              <xsl:sort data-type="number" select="string-length(substring-before('|critical|high|medium|low|info|', concat('|', @severity, '|')))"/>

              <tr data-verdict="{@verdict}" data-severity="{@severity}">
                <td data-order="{position()}"><code><xsl:value-of select="@id"/></code></td>
                <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('requirement|', ../@id, '|', @id)"/></xsl:call-template>
</td>
                <td><xsl:call-template name="severity"><xsl:with-param name="name" select="@severity"/></xsl:call-template></td>
                <td><xsl:call-template name="mark"><xsl:with-param name="name" select="@verdict"/></xsl:call-template>
                  <xsl:if test="@unknown-because"><span class="dim aside"><xsl:call-template name="say"><xsl:with-param name="id" select="concat('because.', @unknown-because)"/></xsl:call-template></span></xsl:if></td>
                <td class="ids"><xsl:for-each select="use"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><xsl:call-template name="control-link"/></xsl:for-each></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table></div>
      </xsl:for-each>
    </section>
  </xsl:template>

  <!-- the id of a control as a link to its place in this page; ids of requirements are not linked -->
  <xsl:template name="control-link">
    <xsl:choose>
      <xsl:when test="key('control', @id)"><a href="#c-{translate(@id, ' ', '_')}"><code><xsl:value-of select="@id"/></code></a></xsl:when>
      <xsl:otherwise><code><xsl:value-of select="@id"/></code></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="clauses">
    <section aria-labelledby="clauses">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'clauses'"/><xsl:with-param name="number" select="6"/></xsl:call-template>
      <xsl:if test="not($assessment/packs/pack/standard)"><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.none-here'"/></xsl:call-template></p></xsl:if>
      <xsl:if test="$assessment/packs/pack/standard">
        <p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.clause-words'"/></xsl:call-template><span lang="en"><xsl:text> </xsl:text></span><xsl:call-template name="say"><xsl:with-param name="id" select="'say.standards'"/></xsl:call-template></p>
      </xsl:if>
      <xsl:for-each select="$assessment/packs/pack/standard">
        <xsl:variable name="standard" select="concat(../@id, '|', @id)"/>
        <h3><xsl:call-template name="standard-name"/><xsl:text> </xsl:text><xsl:call-template name="title"><xsl:with-param name="key" select="concat('standard|', $standard)"/></xsl:call-template></h3>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="clauses"><table class="clauses">
          <thead><tr>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'clause'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'title'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'coverage'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'verdict'"/></xsl:call-template>
            <xsl:call-template name="column"><xsl:with-param name="id" select="'serves'"/></xsl:call-template>
          </tr></thead>
          <tbody>
            <xsl:for-each select="clause">
              <tr>
                <td class="clause"><xsl:choose>
                  <xsl:when test="@status = 'unverified'"><span class="dim"><xsl:call-template name="say"><xsl:with-param name="id" select="'clause-number.unverified'"/></xsl:call-template></span></xsl:when>
                  <xsl:otherwise><xsl:value-of select="@number"/></xsl:otherwise>
                </xsl:choose></td>
                <td><xsl:call-template name="title"><xsl:with-param name="key" select="concat('clause|', $standard, '|', @place)"/></xsl:call-template></td>
                <td><xsl:call-template name="say"><xsl:with-param name="id" select="concat('coverage.', @coverage)"/></xsl:call-template></td>
                <td><xsl:call-template name="mark"><xsl:with-param name="kind" select="'clause'"/><xsl:with-param name="name" select="@verdict"/></xsl:call-template></td>
                <td class="ids"><xsl:for-each select="use"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><code><xsl:value-of select="@id"/></code></xsl:for-each></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table></div>
      </xsl:for-each>
    </section>
  </xsl:template>

  <xsl:template name="deviations">
    <section aria-labelledby="deviations">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'deviations'"/><xsl:with-param name="number" select="7"/></xsl:call-template>
      <xsl:choose>
        <xsl:when test="$assessment/packs/pack/deviation">
          <div class="scroll" tabindex="0" role="group" aria-labelledby="deviations"><table>
            <thead><tr>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'pack'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'change'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'target'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'from'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'to'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'direction'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'reason'"/></xsl:call-template>
              <xsl:call-template name="column"><xsl:with-param name="id" select="'ticket'"/></xsl:call-template>
            </tr></thead>
            <tbody>
              <xsl:for-each select="$assessment/packs/pack/deviation">
                <tr><td><code><xsl:value-of select="../@id"/></code></td>
                  <td><xsl:call-template name="say"><xsl:with-param name="id" select="concat('deviation.', @kind)"/><xsl:with-param name="else" select="@kind"/></xsl:call-template></td>
                  <td><code><xsl:value-of select="@target"/></code></td><td><xsl:value-of select="@from"/></td><td><xsl:value-of select="@to"/></td>
                  <td><span class="direction-{@direction}"><xsl:call-template name="say"><xsl:with-param name="id" select="concat('direction.', @direction)"/></xsl:call-template></span></td>
                  <td><xsl:value-of select="@reason"/></td><td><xsl:value-of select="@ticket"/></td></tr>
              </xsl:for-each>
            </tbody>
          </table></div>
        </xsl:when>
        <xsl:otherwise><p><xsl:call-template name="say"><xsl:with-param name="id" select="'say.no-deviations'"/></xsl:call-template></p></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>
</xsl:stylesheet>
