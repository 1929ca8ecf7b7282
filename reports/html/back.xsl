<?xml version="1.0" encoding="UTF-8"?>
<!-- The terms with their definitions, and how to verify the report. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <xsl:template name="glossary">
    <section aria-labelledby="glossary">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'glossary'"/><xsl:with-param name="number" select="13"/></xsl:call-template>
      <xsl:call-template name="terms"><xsl:with-param name="kind" select="'verdict'"/></xsl:call-template>
      <xsl:call-template name="terms"><xsl:with-param name="kind" select="'severity'"/></xsl:call-template>
      <xsl:call-template name="terms"><xsl:with-param name="kind" select="'clause'"/></xsl:call-template>
      <xsl:call-template name="terms"><xsl:with-param name="kind" select="'gate'"/></xsl:call-template>
      <xsl:call-template name="terms"><xsl:with-param name="kind" select="'coverage'"/></xsl:call-template>
      <xsl:call-template name="terms"><xsl:with-param name="kind" select="'status'"/></xsl:call-template>
    </section>
  </xsl:template>

  <xsl:template name="terms">
    <xsl:param name="kind"/>
    <h3><xsl:call-template name="label"><xsl:with-param name="id" select="$kind"/></xsl:call-template></h3>
    <dl class="terms">
      <xsl:for-each select="/result/words/word[starts-with(@id, concat($kind, '.')) and means]">
        <div><dt><xsl:call-template name="say"><xsl:with-param name="id" select="@id"/></xsl:call-template></dt>
        <dd><xsl:call-template name="means"><xsl:with-param name="id" select="@id"/></xsl:call-template></dd></div>
      </xsl:for-each>
    </dl>
  </xsl:template>

  <xsl:template name="verify">
    <section aria-labelledby="verify">
      <xsl:call-template name="heading"><xsl:with-param name="id" select="'verify'"/><xsl:with-param name="number" select="14"/></xsl:call-template>
      <ol class="verify">
        <li><xsl:call-template name="say"><xsl:with-param name="id" select="'say.verify-1'"/></xsl:call-template><pre>sha256sum <span class="dim">…</span>
<xsl:value-of select="$assessment/target/@sha256"/></pre></li>
        <li><xsl:call-template name="say"><xsl:with-param name="id" select="'say.verify-2'"/></xsl:call-template><pre>parasol report result.xml -o html=report.html</pre></li>
        <li><xsl:call-template name="say"><xsl:with-param name="id" select="'say.verify-3'"/></xsl:call-template><pre>parasol scan<xsl:for-each select="$assessment/packs/pack"> --pack <xsl:value-of select="concat(@id, ':', @profile)"/></xsl:for-each> --as-of <xsl:value-of select="$assessment/@as-of"/> -o xml=again.xml <span class="dim">…</span></pre></li>
        <li><xsl:call-template name="say"><xsl:with-param name="id" select="'say.verify-4'"/></xsl:call-template><pre><xsl:value-of select="$assessment/@digest"/></pre></li>
      </ol>
    </section>
  </xsl:template>
</xsl:stylesheet>
